import { execFile } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

interface Finding {
  readonly ruleId: string;
  readonly line: number;
}

/** Runs eslint over a text as if it were what the file holds. */
function lint(file: string, lines: readonly string[]): Promise<{ exitCode: number; findings: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const args = ['node_modules/eslint/bin/eslint.js', '--stdin', '--stdin-filename', file, '--format', 'json'];
    const child = execFile(process.execPath, args, (error, stdout, stderr) => {
      if (stdout === '') return reject(new Error(stderr));
      // eslint's own format.
      const [{ messages }] = JSON.parse(stdout) as [{ messages: readonly Finding[] }];
      const findings = messages.map(({ ruleId, line }) => `${ruleId}: ${lines[line - 1] ?? ''}`);
      resolve({ exitCode: Number(error?.code ?? 0), findings });
    });
    child.stdin?.end(`${lines.join('\n')}\n`);
  });
}

/** A line that the style of the code refuses, and the rule by which it does. */
const refused: readonly (readonly [rule: string, line: string])[] = [
  ['no-restricted-syntax', "export * from './money.js';"],
  ['@typescript-eslint/no-explicit-any', 'export const plantedAny: any = 1;'],
  ['no-console', "console.log('planted');"],
  ['no-restricted-properties', 'export const { PATH } = process.env;'],
  ['no-warning-comments', '// TODO: planted'],
  ['@typescript-eslint/no-floating-promises', "Promise.reject(new Error('planted'));"],
  ['@typescript-eslint/no-non-null-assertion', "export const length = 'planted'.at(0)!.length;"],
  ['@typescript-eslint/ban-ts-comment', '// @ts-ignore'],
  ['no-restricted-syntax', 'export const widened = { ...{ planted: 1 } };'],
  ['no-restricted-syntax', 'export default 1;'],
  ['no-restricted-syntax', 'export const planted = (): number => 1;'],
  ['no-restricted-syntax', 'export const nameOf = (): number => 1;'],
];

describe('the style of the code', () => {
  it('forbids other styles, by rule and line', async () => {
    const lines = refused.map(([, line]) => line);
    expect(await lint('libs/kernel/src/index.ts', lines)).toEqual({
      exitCode: 1,
      findings: refused.map(([rule, line]) => `${rule}: ${line}`),
    });
  }, 60_000);
});
