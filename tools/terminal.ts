import { runCommand, say } from './cli.js';
import { shownPath } from './project.js';
import { startStack } from './stack.js';
import type { Stack } from './stack.js';
import { describeEnding } from './stack.process.js';
import type { StackEvent } from './stack.runner.js';

/** npm hands Ctrl-C on to a process that the terminal has already told: two signals at once are one. */
const ONE_KEY_MS = 500;

/** Runs the stack until Ctrl-C, and shows what happens. A second Ctrl-C kills it at once. */
export async function runInTerminal(): Promise<void> {
  const stop = new AbortController();
  const kill = new AbortController();
  takeSignals(stop, kill);
  const began = performance.now();
  const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  await runCommand(async () => {
    const stack = await startStack({ onEvent: show, stopOn: stop.signal, killOn: kill.signal }).catch(
      (error: unknown) => {
        if (stop.signal.aborted) return undefined;
        throw error;
      },
    );
    if (stack) {
      showLinks(stack, performance.now() - began);
      await stopped;
      await stack.stop();
    }
    say(kill.signal.aborted ? 'killed' : 'stopped');
    if (kill.signal.aborted) process.exitCode = 130;
  });
  process.exit();
}

function takeSignals(stop: AbortController, kill: AbortController): void {
  let first: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      first ??= performance.now();
      if (!stop.signal.aborted) {
        say('\nstopping (Ctrl-C again kills at once)');
        stop.abort();
      } else if (performance.now() - first > ONE_KEY_MS) kill.abort();
    });
}

function show(event: StackEvent): void {
  const name = event.name.padEnd(13);
  if (event.type === 'ready') say(`  ${name}ready in ${event.ms} ms`);
  else if (event.type === 'stopping') say(`  ${name}stopping`);
  else if (event.type === 'killed') say(`  ${name}did not stop within ${event.afterMs / 1_000} s and was killed`);
  else if (event.type === 'leftover') say(`  ${name}was left running by a stack that was killed; ended it`);
  else if (event.type === 'ended' && event.ready && !event.asked)
    say(`  ${name}ended (${describeEnding(event)}). To bring it back: npm run app -- ${event.name}`);
}

function showLinks({ urls, env, dataDir, logDir }: Stack, ms: number): void {
  const production = env['NODE_ENV'] === 'production';
  const documents = [urls.order, urls.customer, urls.catalog].map((url) => `${url}/openapi.json`);
  const lines = [
    ...(production ? [] : [['playground', `${urls.graphql} (in a browser)`]]),
    ['engine UI', `${urls.engineAdmin}/ui/`],
    ['API documents', documents.join('  ')],
    ...(production ? [] : [['a token', 'npm run --silent token -- ALFKI']]),
    ['data', shownPath(dataDir)],
    ['logs', shownPath(logDir)],
    ['stop', 'Ctrl-C (data are kept; npm run reset clears them)'],
  ];
  say(`all ready in ${(ms / 1_000).toFixed(1)} s`);
  say(`ready ${urls.graphql}`);
  for (const [label = '', text = ''] of lines) say(`  ${label.padEnd(15)}${text}`);
}
