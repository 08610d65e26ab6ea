import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';

/** The commit that made the rule; older ones are as they are. */
const SINCE = 'test: hold documents and commits to their conventions';

const SUBJECT =
  /^(feat|fix|refactor|test|docs|perf|build|ci|chore|revert)(\([a-z0-9-]+(, ?[a-z0-9-]+)*\))?!?: \S.*[^.]$/;
const MAX_LENGTH = 72;
const LAST = 200;

function readSubjects(): readonly string[] {
  if (!existsSync('.git')) return [];
  const log = execFileSync('git', ['log', '--no-merges', `-${LAST}`, '--format=%s'], { encoding: 'utf8' });
  const subjects = log.trimEnd().split('\n');
  const first = subjects.indexOf(SINCE);
  return first === -1 ? subjects : subjects.slice(0, first + 1);
}

it('commits are named `type(scope): subject` in at most 72 characters', () => {
  expect(readSubjects().filter((subject) => !SUBJECT.test(subject) || subject.length > MAX_LENGTH)).toEqual([]);
});
