import { existsSync, readFileSync } from 'node:fs';

/**
 * Prints `N passed, N failed` over jest's result files, and fails unless something passed and nothing failed.
 * Called as: count.js <exit code so far> <file>...
 */
const [exitCode, ...files] = process.argv.slice(2);
const results = files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, 'utf8')));

const passed = results.reduce((sum, result) => sum + result.numPassedTests, 0);
// A suite that could not be run has no tests to count: it is one failure itself.
const counted = results.reduce((sum, result) => sum + result.numFailedTests + result.numRuntimeErrorTestSuites, 0);
const bad = exitCode !== '0' || passed === 0 || results.some((result) => !result.success);
// What failed outside the tests (a check before them, their global set-up) is one failure, too.
const failed = bad ? Math.max(counted, 1) : counted;

process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
