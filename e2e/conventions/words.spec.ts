import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

/** Words that the field has a term for, or that read as a private dialect; CONTRIBUTING.md says what to write instead. */
const BANNED =
  /\b(told|tells?|trouble|anew|nobody|somebody|so many|so often|fared|mend(s|ed)?|goes on|as ever|hang-?ups?)\b/i;

/** Where every line is checked. */
const CHECKED = ['apps', 'libs', 'tools', 'bench', 'e2e', 'docs', 'README.md', 'CONTRIBUTING.md', 'AGENTS.md'];

/** Lines that may have a word, by file and part of the line: what is stored, quoted, or renamed. */
const ALLOWED: readonly (readonly [file: RegExp, part: string, reason: string])[] = [
  [/^e2e\/conventions\/words\.spec\.ts$/, '', 'the list itself'],
  [/^(libs\/(saga|timeline)|tools\/chaos)\//, "'TROUBLE'", 'a code of stored facts'],
  [/^libs\/saga\/.*\.spec\.ts$/, ' TROUBLE', 'a code of stored facts'],
];

it('the code and the documents use the terms of the field', () => {
  const listed = execFileSync('git', ['ls-files', '--', ...CHECKED], { encoding: 'utf8' });
  const files = listed.split('\n').filter((file) => /\.(ts|tsx|js|json|yaml|md|graphql)$/.test(file));
  const lines = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        BANNED.test(line) ? [{ file, line, place: `${file}:${index + 1}: ${line.trim()}` }] : [],
      ),
  );
  const wrong = lines.filter(
    ({ file, line }) => !ALLOWED.some(([allowed, part]) => allowed.test(file) && line.includes(part)),
  );
  expect(wrong.map(({ place }) => place)).toEqual([]);
});
