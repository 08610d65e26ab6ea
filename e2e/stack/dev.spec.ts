import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findProjectRoot } from '../../tools/stack/project.js';
import { createPlace } from '../support/terminal.fixture.js';
import type { Place } from '../support/terminal.fixture.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

const PAGE = 'apps/bff/src/pages/order/order.page.ts';
const OLD = "'The customer who placed the order.'";

describe('npm run dev', () => {
  let project: string;
  let place: Place;
  let dev: ChildProcess;
  let output = '';

  beforeAll(async () => {
    project = createTemporaryFolder('dev');
    for (const name of ['apps', 'libs', 'dist', 'package.json', 'nest-cli.json', 'tsconfig.json', '.swcrc'])
      cpSync(join(findProjectRoot(), name), join(project, name), { recursive: true });
    symlinkSync(join(findProjectRoot(), 'node_modules'), join(project, 'node_modules'));
    place = await createPlace();
    dev = spawn(process.execPath, [join(project, 'dist/tools/commands/dev.js')], {
      cwd: project,
      env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: '', ...place.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [dev.stdout, dev.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
    await waitForOutput('\nready http');
    await waitForOutput('watching');
  }, 120_000);

  afterAll(async () => {
    if (dev.exitCode === null) {
      const ended = once(dev, 'exit');
      dev.kill('SIGTERM');
      await ended;
    }
    rmSync(project, { recursive: true, force: true });
    place.clear();
  }, 60_000);

  async function waitForOutput(text: string): Promise<void> {
    while (!output.includes(text)) {
      if (dev.exitCode !== null) throw new Error(`npm run dev ended without the text "${text}":\n${output}`);
      await sleep(20);
    }
  }

  async function readDescription(): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${place.env['BFF_PORT']}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __type(name: "OrderPage") { fields { name description } } }' }),
    });
    const { data } = (await response.json()) as {
      data: { __type: { fields: { name: string; description: string }[] } };
    };
    return data.__type.fields.find(({ name }) => name === 'customer')?.description;
  }

  function edit(file: string, change: (text: string) => string): void {
    writeFileSync(join(project, file), change(readFileSync(join(project, file), 'utf8')));
  }

  it('shows the answer of a changed source, and restarts only the processes that run it', async () => {
    edit(PAGE, (text) => text.replace(OLD, "'Changed while it ran.'"));
    await waitForOutput('restarted bff in');
    expect(await readDescription()).toBe('Changed while it ran.');
    expect(output).toContain(`changed  ${PAGE}\n`);
    expect(output.match(/restarted .*/g)).toEqual([expect.stringMatching(/^restarted bff in \d+\.\d s$/)]);
  }, 60_000);

  it('keeps the running process when a source does not compile', async () => {
    const before = readFileSync(join(project, PAGE), 'utf8');
    edit(PAGE, (text) => `${text}\nexport const = 1;\n`);
    await waitForOutput('not compiled; the running processes are kept');
    expect(await readDescription()).toBe('Changed while it ran.');
    expect(output.match(/restarted /g)).toHaveLength(1);
    edit(PAGE, () => before);
    while (output.match(/restarted bff in/g)?.length !== 2) await sleep(20);
  }, 60_000);

  it('notices a source in a new folder', async () => {
    mkdirSync(join(project, 'libs/page/src/new'));
    writeFileSync(join(project, 'libs/page/src/new/added.ts'), 'export const added = 1;\n');
    await waitForOutput('changed  libs/page/src/new/added.ts');
  }, 60_000);

  it('restarts every app that imports a changed lib', async () => {
    edit('libs/service/src/index.ts', (text) => `${text}\n`);
    await waitForOutput('restarted catalog, customer, order, orchestrator in');
  }, 60_000);
});
