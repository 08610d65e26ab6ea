import { runCommand, say } from './cli.js';
import { startStack } from '../stack/stack.js';
import type { Stack, StackOptions } from '../stack/stack.js';
import { describeEnding } from '../stack/stack.process.js';
import type { StackEvent } from '../stack/stack.runner.js';

/** npm forwards Ctrl-C to a process that has already received it from the terminal: two signals in this time are one. */
const ONE_KEY_MS = 500;

/** Lines below the first one that a stack shows when it is ready: a label and a text each. */
export type Links = readonly (readonly [label: string, text: string])[];

/** The output and the hooks of a command while its stack runs. */
export interface TerminalOptions {
  readonly stack: StackOptions;
  /** The address that the line `ready ...` names. */
  readonly readyUrl: (stack: Stack) => string;
  readonly links: (stack: Stack) => Links | Promise<Links>;
  /** Called once, when the stack is ready and before that is shown. */
  readonly onReady?: (stack: Stack) => void;
  /** Called for every event once the stack is ready. Returns true when the event is handled and need not be shown. */
  readonly onEvent?: (event: StackEvent, stack: Stack) => boolean;
}

/** Runs a stack until Ctrl-C, and prints its events. A second Ctrl-C kills it immediately. */
export async function runInTerminal(options: TerminalOptions): Promise<void> {
  const stop = new AbortController();
  const kill = new AbortController();
  takeSignals(stop, kill);
  const began = performance.now();
  const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  let running: Stack | undefined;
  const handleEvent = (event: StackEvent): void => {
    const handled = running && !stop.signal.aborted && options.onEvent?.(event, running);
    if (!handled) show(event);
  };
  await runCommand(async () => {
    running = await startStack({
      ...options.stack,
      onEvent: handleEvent,
      stopOn: stop.signal,
      killOn: kill.signal,
    }).catch((error: unknown) => {
      if (stop.signal.aborted) return undefined;
      throw error;
    });
    if (running) {
      options.onReady?.(running);
      await showLinks(running, options, performance.now() - began);
      await stopped;
      await running.stop();
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
        say('\nstopping (Ctrl-C again kills immediately)');
        stop.abort();
      } else if (performance.now() - first > ONE_KEY_MS) kill.abort();
    });
}

function show(event: StackEvent): void {
  const name = event.name.padEnd(15);
  if (event.type === 'ready') say(`  ${name}ready in ${event.ms} ms`);
  else if (event.type === 'stopping') say(`  ${name}stopping`);
  else if (event.type === 'killed') say(`  ${name}did not stop within ${event.afterMs / 1_000} s and was killed`);
  else if (event.type === 'leftover') say(`  ${name}was left running by a stack that was killed; ended it`);
  else if (event.type === 'ended' && event.ready && !event.asked)
    say(`  ${name}ended (${describeEnding(event)}). To bring it back: npm run app -- ${event.name}`);
}

async function showLinks(stack: Stack, { readyUrl, links }: TerminalOptions, ms: number): Promise<void> {
  say(`all ready in ${(ms / 1_000).toFixed(1)} s`);
  say(`ready ${readyUrl(stack)}`);
  for (const [label, text] of await links(stack)) say(`  ${label.padEnd(15)}${text}`);
}
