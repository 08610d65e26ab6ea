import { say } from '../commands/cli.js';
import { runInTerminal } from '../commands/terminal.js';
import { findProjectRoot } from '../stack/project.js';
import type { Stack } from '../stack/stack.js';
import { compile } from './compile.js';
import { findDependentApps } from './dependents.js';
import { findProcesses, restart } from './restart.js';
import { watchSources } from './watch.js';

/** Runs the product, compiles a source of apps or libs when it changes, and restarts the processes that run it. */
export function runDevelopment(): Promise<void> {
  const root = findProjectRoot();
  return runInTerminal({
    stack: { dev: true },
    readyUrl: ({ urls }) => urls.graphql,
    links: ({ urls, ports }) => [
      ['playground', `${urls.graphql} (in a browser)`],
      ['debugger', `127.0.0.1:${ports.bffInspector} (the BFF; in Chrome: chrome://inspect)`],
      ['watching', 'apps and libs; apps/console is built by npm run build'],
      ['stop', 'Ctrl-C'],
    ],
    onReady: (stack) => watchSources(root, (files) => update(stack, root, files)),
  });
}

async function update(stack: Stack, root: string, files: readonly string[]): Promise<void> {
  const began = performance.now();
  for (const file of files) say(`changed  ${file}`);
  try {
    await Promise.all(files.map((file) => compile(root, file)));
  } catch (error) {
    say(`not compiled; the running processes are kept\n${getMessage(error)}`, 'err');
    return;
  }
  const apps = [...new Set(files.flatMap((file) => findDependentApps(root, file)))];
  const names = findProcesses(stack, apps);
  if (names.length === 0) return say('compiled; no process of the stack runs it');
  const results = await Promise.allSettled(names.map((name) => restart(stack, name)));
  for (const result of results)
    if (result.status === 'rejected') say(`not restarted: ${getMessage(result.reason)}`, 'err');
  const restarted = names.filter((_, index) => results[index]?.status === 'fulfilled');
  if (restarted.length > 0)
    say(`restarted ${restarted.join(', ')} in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

function getMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
