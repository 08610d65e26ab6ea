import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs one suite of scenarios again and again: with one worker, with four, and with all tests of a file at once. The result
 * must be the same every time. Called as: repeat-tests.ts [rounds] [jest path patterns]; 10 rounds of the scenarios by
 * default.
 */
const [rounds = '10', ...patterns] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(rounds)) throw new Error(`"${rounds}" is not a number of rounds: expected 1 or more`);
const suite = patterns.length > 0 ? patterns : ['e2e/scenarios/(scenarios|outcomes|pages|baggage)', 'libs/testing'];

const MODES = [
  { name: '1 worker', args: ['--maxWorkers=1'], env: {} },
  { name: '4 workers', args: ['--maxWorkers=4'], env: {} },
  { name: 'side by side', args: ['--maxWorkers=2'], env: { SIDE_BY_SIDE: '1' } },
];

interface Results {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'bff-steady-'));

/** Runs the suite, and returns the result of each test. */
function run({ args, env }: (typeof MODES)[number]): { readonly lines: readonly string[]; readonly messages: string } {
  const outputFile = join(folder, 'results.json');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const jest = [
    ...flags,
    '--selectProjects',
    'default',
    '--silent',
    '--json',
    `--outputFile=${outputFile}`,
    ...args,
    ...suite,
  ];
  spawnSync(process.execPath, jest, { env: { ...process.env, ...env }, stdio: 'ignore' });
  // jest's own format.
  const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8')) as Results;
  rmSync(outputFile);
  const lines = testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ fullName, status }) => `${fullName}: ${status}`),
  );
  return { lines: lines.sort(), messages: testResults.map(({ message }) => message).join('\n') };
}

let first: string | undefined;
for (let round = 1; round <= Number(rounds); round++)
  for (const mode of MODES) {
    const began = performance.now();
    const { lines, messages } = run(mode);
    first ??= lines.join('\n');
    const passed = lines.filter((line) => line.endsWith(': passed')).length;
    // A suite without a test is always the same, and proves nothing.
    const same = lines.join('\n') === first && passed > 0 && passed === lines.length && messages.trim() === '';
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    process.stdout.write(
      `round ${round}  ${mode.name.padEnd(13)} ${passed} of ${lines.length} passed  ${seconds} s  ${same ? 'same' : 'DIFFERENT'}\n`,
    );
    if (same) continue;
    process.stdout.write(`${messages}\n`);
    process.exitCode = 1;
  }
rmSync(folder, { recursive: true, force: true });
