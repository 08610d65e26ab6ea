import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { OLDEST_NODE, checkNodeVersion } from './node-version.js';

it.each(['20.20.2', '18.0.0', '23.11.1'])(
  'Node %s is refused in one line that says where the right one is',
  (version) => {
    const why = checkNodeVersion(version);
    expect(why).toContain(`Node ${version} is too old, ${OLDEST_NODE} or newer is needed: use node_modules/.bin/node`);
    expect(why).not.toContain('\n');
  },
);

it.each(['24.0.0', '26.10.0', '100.0.0'])('Node %s is taken', (version) =>
  expect(checkNodeVersion(version)).toBeUndefined(),
);

it('is the Node that package.json demands', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${OLDEST_NODE}`);
});

/** Every file that is started by itself. */
const ENTRIES = ['order', 'customer', 'catalog', 'orchestrator', 'mocks'].map((app) => `dist/apps/${app}/src/main.js`);

/** A Node that says it is an old one. */
const OLD = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`;

it.concurrent.each([
  ...ENTRIES,
  'dist/apps/bff/main.js',
  'dist/apps/orchestrator/src/replay/main.js',
  'dist/tools/commands/start.js',
])('%s refuses an old Node before it looks at anything else', async (entry) => {
  const child = spawn(process.execPath, ['--import', OLD, entry], { env: {} });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect([said, code]).toEqual([`${checkNodeVersion('20.20.2')}\n`, 1]);
});
