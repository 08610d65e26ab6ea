import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { getTemporaryFolder } from './engine.js';
import { checkPorts } from './ports.js';
import { endOrphan } from './postgres.server.js';
import { formatPath } from './project.js';
import { StackError } from './stack.error.js';
import { endLeftovers, identify, isAlive, readStackFile, removeStackFile, writeStackFile } from './stack.file.js';
import type { ProcessSpec } from './stack.process.js';
import { createRunner } from './stack.runner.js';
import type { Runner, StackEvent } from './stack.runner.js';
import type { StackSettings } from './stack.settings.js';

/** A runner that keeps a record of its stack in the data folder while it runs. */
export interface RecordedRunner extends Omit<Runner, 'stopAll'> {
  /** Stops everything, however often it is called, and takes the stack off the record. */
  readonly stop: () => Promise<void>;
}

/**
 * Makes sure that a stack can run: no other runs on its data folder, what a killed one left running is ended, the
 * product is built, and its ports are free. Throws StackError with a line for each problem.
 */
export async function prepare(
  settings: StackSettings,
  specs: readonly ProcessSpec[],
  onEvent: (event: StackEvent) => void,
): Promise<void> {
  const { dataDir, ports } = settings;
  const recorded = readStackFile(dataDir);
  if (recorded && isAlive(recorded.stack))
    throw new StackError(
      `A stack is running on ${formatPath(dataDir)} (pid ${recorded.stack.pid}): stop it first, with Ctrl-C where it was started, or set DATA_DIR.`,
    );
  for (const name of await endAllLeftovers(dataDir)) onEvent({ type: 'leftover', name });
  rmSync(getTemporaryFolder(dataDir), { recursive: true, force: true });
  mkdirSync(getTemporaryFolder(dataDir), { recursive: true });
  const unbuilt = specs.find(({ args }) => args.some((argument) => argument.endsWith('.js') && !existsSync(argument)));
  if (unbuilt) throw new StackError(`${unbuilt.name} is not built: run npm run build.`);
  await checkPorts(
    specs.flatMap((spec) =>
      spec.ports.map((name) => ({ name, process: spec.name, host: spec.host, port: ports[name] })),
    ),
  );
}

/** Ends what a killed stack left running on its data, a PostgreSQL server without its process included. */
export async function endAllLeftovers(dataDir: string): Promise<ReadonlySet<string>> {
  const names = await endLeftovers(dataDir);
  const orphan = await endOrphan(join(dataDir, 'postgres'));
  return new Set(orphan === undefined ? names : [...names, 'postgres']);
}

/** Makes the runner of a stack, and keeps what other commands need to know about it in the data folder. */
export function createRecordedRunner(
  settings: StackSettings,
  specs: readonly ProcessSpec[],
  onEvent: (event: StackEvent) => void,
): RecordedRunner {
  const { dataDir, root: cwd } = settings;
  const runner = createRunner(specs, {
    cwd,
    logDir: join(dataDir, 'logs'),
    onEvent(event) {
      if (event.type === 'starting' || event.type === 'ended') record();
      onEvent(event);
    },
  });
  const record = (): void =>
    writeStackFile(dataDir, { stack: identify(process.pid), running: identifyRunning(), processes });
  const identifyRunning = (): Record<string, ReturnType<typeof identify>> =>
    Object.fromEntries(
      specs.flatMap(({ name }) => {
        const live = runner.live(name);
        return live ? [[name, identify(live.pid)]] : [];
      }),
    );
  const processes = specs.map(({ name, command, args, env, host, ports }) => ({
    name,
    command,
    args: [...args],
    env,
    cwd,
    host,
    ports: ports.map((port) => settings.ports[port]),
  }));
  record();
  // Whatever ends this process must not leave its children behind.
  process.once('exit', runner.killAll);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await runner.stopAll();
    process.off('exit', runner.killAll);
    removeStackFile(dataDir);
  };
  return { ...runner, stop: () => (stopped ??= stop()) };
}
