import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, say, UsageError } from './cli.js';
import { getMocksFolder, findProjectRoot, formatPath } from '../stack/project.js';
import { ensureJwtSecret } from '../stack/secrets.js';
import { PORT_VARIABLES, getPorts, readStackConfig } from '../stack/stack.config.js';
import type { PortName, Ports } from '../stack/stack.config.js';
import type { Stack } from '../stack/stack.js';
import { isAlive, readStackFile } from '../stack/stack.file.js';
import { createReviver } from '../stack/stack.revive.js';
import type { Reviver } from '../stack/stack.revive.js';
import type { StackEvent } from '../stack/stack.runner.js';
import { runInTerminal } from './terminal.js';
import type { Links } from './terminal.js';

const USAGE = `Usage: npm run mocks -- [--bff] [--seed northwind|shop|none|<file>] [--record <file> [--as seed|stubs]]
  --bff      starts a BFF, an orchestrator and an engine in front of the mocks
  --seed     what every scope begins with
  --record   forwards to the real services, and records their responses in a file that --seed takes`;

/** Distance of the mocks' ports from those of the product, so that both can run side by side. */
const PORTS_APART = 100;

/** Without a BFF there is no orchestrator to kill, and no use for a token. */
const NOBODY_IN_FRONT = { STACK_FILE: '', JWT_SECRET: '' };

interface Arguments {
  readonly bff: boolean;
  readonly seed: string | undefined;
  readonly record: string | undefined;
  readonly as: string;
}

/** Runs the mocks in a terminal, with a BFF in front of them if asked. */
export async function runMocks(args: readonly string[]): Promise<void> {
  await runCommand(async () => {
    const { bff, ...given } = readArguments(args);
    const dataDir = prepareDataDir();
    const reviver = new Map<Stack, Reviver>();
    await runInTerminal({
      stack: {
        mocks: true,
        dataDir,
        ports: readMockPorts(),
        env: { ...buildEnvironment(given), ...(!bff && NOBODY_IN_FRONT) },
        ...(!bff && { only: ['mocks'] }),
      },
      readyUrl: ({ urls }) => (bff ? urls.graphql : urls.mocks),
      links: (stack) => buildLinks(stack, bff, given),
      onEvent: (event, stack) => {
        if (!reviver.has(stack)) reviver.set(stack, createReviver(stack, 'orchestrator'));
        if (!isDeathByFault(event)) return false;
        say('  orchestrator was killed; starting it again');
        reviver.get(stack)?.revive();
        return true;
      },
    });
  });
}

/** The fault kill-orchestrator kills the process directly, without the stack. */
function isDeathByFault(event: StackEvent): boolean {
  return event.type === 'ended' && event.name === 'orchestrator' && event.signal === 'SIGKILL';
}

function readArguments(args: readonly string[]): Arguments {
  const text = { type: 'string' } as const;
  const options = { bff: { type: 'boolean', default: false }, seed: text, record: text, as: text } as const;
  try {
    const { bff, seed, record, as = 'seed' } = parseArgs({ args: [...args], options }).values;
    if (as !== 'seed' && as !== 'stubs') throw new Error(`--as="${as}" is wrong: seed or stubs is expected.`);
    return { bff, seed, record, as };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/** The fakes forget everything when they stop, so the engine must not remember sagas over them. */
function prepareDataDir(): string {
  const dataDir = getMocksFolder(resolve(findProjectRoot(), readStackConfig(process.env).DATA_DIR));
  const recorded = readStackFile(dataDir);
  // The data of a running stack are kept; the next start reports that it runs.
  if (!recorded || !isAlive(recorded.stack)) rmSync(`${dataDir}/engine`, { recursive: true, force: true });
  return dataDir;
}

function readMockPorts(): Ports {
  const ports = getPorts(readStackConfig(process.env));
  const names = Object.keys(PORT_VARIABLES) as PortName[];
  const entries = names.map((name) => {
    const given = process.env[PORT_VARIABLES[name]] ?? '';
    return [name, given === '' ? ports[name] + PORTS_APART : ports[name]] as const;
  });
  // The names are those of PORT_VARIABLES, so every port is there.
  return Object.fromEntries(entries) as Ports;
}

function buildEnvironment({ seed, record, as }: Omit<Arguments, 'bff'>): Record<string, string> {
  const config = readStackConfig(process.env);
  const here = process.env['INIT_CWD'] ?? process.cwd();
  const resolveFile = (name: string) => (['northwind', 'shop', 'none'].includes(name) ? name : resolve(here, name));
  // The secret of the product itself: a token for one is a token for the other.
  const secret = ensureJwtSecret(config, resolve(findProjectRoot(), config.DATA_DIR));
  return {
    FORWARD_BAGGAGE: 'true',
    ...(secret !== undefined && { JWT_SECRET: secret }),
    ...(seed !== undefined && { MOCKS_SEED: resolveFile(seed) }),
    ...(record !== undefined && { RECORD_FILE: resolve(here, record), RECORD_AS: as }),
  };
}

function buildLinks({ urls, logDir }: Stack, bff: boolean, { record }: Omit<Arguments, 'bff'>): Links {
  return [
    [record === undefined ? 'fakes' : 'recorders', `${urls.order}  ${urls.customer}  ${urls.catalog}`],
    ...(record === undefined
      ? []
      : [['recording', formatPath(resolve(process.env['INIT_CWD'] ?? '.', record))] as const]),
    ['scopes', `${urls.mocks} (in a browser)`],
    ...(bff ? [['a token', `curl -s ${urls.mocks}/tokens/ALFKI`] as const] : []),
    ['logs', formatPath(logDir)],
    ['stop', 'Ctrl-C (the fakes forget everything)'],
  ];
}
