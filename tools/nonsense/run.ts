import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { Random } from '../chaos/random.js';
import { signToken } from '../stack/secrets.js';
import { startStack } from '../stack/stack.js';
import type { Stack } from '../stack/stack.js';
import { HTTP_DOORS, requestAt } from './graphql-doors.js';
import type { Question } from './graphql-doors.js';
import { operationsOf } from './operations.js';
import type { WalkedOperation } from './operations.js';
import { send } from './send.js';
import { controlRoutes, requestTo, routesOf } from './service-doors.js';
import type { Route } from './service-doors.js';
import { talkNonsense } from './socket-door.js';
import { Values } from './values.js';
import { errorsInLogs, whyWrongGraphQL, whyWrongService } from './verdict.js';

export interface NonsenseOptions {
  readonly seed: number;
  readonly requests: number;
  /** The URL of a PostgreSQL server's admin; the run starts one of its own when there is none. */
  readonly databaseServer?: string;
  readonly onProgress?: (line: string) => void;
}

/** What came of a run. */
export interface NonsenseReport {
  /** By door, how many requests. */
  readonly sent: ReadonlyMap<string, number>;
  /** Answers that no document of errors has, each with its request. */
  readonly wrong: readonly string[];
  /** Errors in the logs of the processes. */
  readonly logged: readonly string[];
}

const SECRET = 'a secret that only a run of nonsense knows, of some length';
const AT_ONCE = 8;

/** Sends requests that are wrong in all ways to every door of every process. */
export async function runNonsense(options: NonsenseOptions): Promise<NonsenseReport> {
  const { onProgress = () => undefined } = options;
  const folder = mkdtempSync(join(tmpdir(), 'bff-nonsense-'));
  // PostgreSQL may run as another user, who passes through.
  chmodSync(folder, 0o711);
  const operations = operationsOf(buildSchema(readFileSync('apps/bff/schema.graphql', 'utf8')));
  const [stack, mocks] = await startProcesses(options, folder, operations);
  try {
    const doors = await doorsOf(stack, mocks, operations);
    const random = new Random(options.seed);
    const sent = new Map<string, number>();
    const wrong: string[] = [];
    let left = options.requests;
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        if (left % 500 === 0) onProgress(`${left} requests are left`);
        const door = random.one(doors);
        sent.set(door.name, (sent.get(door.name) ?? 0) + 1);
        const why = await door.visit(new Values(random.fork()));
        if (why !== undefined) wrong.push(`${door.name}: ${why}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { sent, wrong, logged: [stack, mocks].flatMap(({ logDir }) => errorsInLogs(logDir)) };
  } finally {
    await Promise.all([stack.stop(), mocks.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startProcesses(
  { databaseServer }: NonsenseOptions,
  folder: string,
  operations: readonly WalkedOperation[],
): Promise<readonly [Stack, Stack]> {
  const manifest = join(folder, 'manifest.json');
  writeFileSync(manifest, JSON.stringify(Object.fromEntries(operations.map(({ name, text }) => [name, text]))));
  const stack = await startStack({
    dataDir: join(folder, 'stack'),
    ports: 'free',
    ...(databaseServer !== undefined && { databaseServer }),
    env: {
      NODE_ENV: 'development',
      SEED: 'northwind',
      JWT_SECRET: SECRET,
      TRUSTED_DOCUMENTS: manifest,
      ALLOW_UNTRUSTED_DOCUMENTS: 'true',
      COMPILE_AFTER_EXECUTIONS: '1',
      // Whoever is only late on a busy machine is not wrong.
      PAGE_BUDGET_MS: '10000',
      DOWNSTREAM_TIMEOUT_MS: '8000',
    },
  });
  const mocks = await startStack({
    dataDir: join(folder, 'mocks'),
    ports: 'free',
    mocks: true,
    only: ['mocks'],
    env: { NODE_ENV: 'development', JWT_SECRET: SECRET, MOCKS_SEED: 'northwind' },
  }).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  return [stack, mocks];
}

interface Door {
  readonly name: string;
  /** Comes to what is wrong, with what was asked; undefined when nothing is. */
  visit(values: Values): Promise<string | undefined>;
}

async function doorsOf(stack: Stack, mocks: Stack, operations: readonly WalkedOperation[]): Promise<readonly Door[]> {
  const ask = await questioner(operations);
  const { urls } = stack;
  const http = HTTP_DOORS.map((door): Door => ({
    name: `BFF, ${door}`,
    visit: async (values) => {
      const request = requestAt(door, ask(values, door.includes('stream')), values);
      const why = whyWrongGraphQL(await send(urls.bff, request), request.method === 'HEAD');
      return why && `${shown(request)} => ${why}`;
    },
  }));
  const socket: Door = {
    name: 'BFF, WebSocket',
    visit: async (values) => {
      const question = ask(values, true);
      const why = await talkNonsense(urls.graphql, question, values);
      return why && `${question.operation.name} => ${why}`;
    },
  };
  const contracts = ['order', 'customer', 'catalog', 'orchestrator'] as const;
  const services = contracts.map((name) =>
    serviceDoor(name, name === 'orchestrator' ? urls.orchestratorApi : urls[name], routesOf(name), name),
  );
  const fakes = (['order', 'customer', 'catalog'] as const).map((name) =>
    serviceDoor(`mocked ${name}`, mocks.urls[name], routesOf(name), name),
  );
  return [...http, socket, ...services, ...fakes, serviceDoor('mocks', mocks.urls.mocks, controlRoutes)];
}

/** Who asks, and for what. */
async function questioner(
  operations: readonly WalkedOperation[],
): Promise<(values: Values, live: boolean) => Question> {
  const tokens = await Promise.all([
    signToken(SECRET, 'ALFKI', { expiresIn: '2h', operator: false }),
    signToken(SECRET, 'ALFKI', { expiresIn: '2h', operator: true }),
    signToken(SECRET, 'ALFKI', { expiresIn: '-1m', operator: false }),
    signToken('another secret, which is as long as the first one', 'ALFKI', { expiresIn: '2h', operator: true }),
  ]);
  return (values, live) => {
    const { random } = values;
    const of = operations.filter(({ kind }) => (kind === 'subscription') === live);
    const headers = random.one([
      { authorization: `Bearer ${random.one(tokens.slice(0, 2))}` },
      { authorization: `Bearer ${random.one(tokens)}` },
      {},
      { authorization: values.headerText() },
    ]);
    return { operation: random.one(random.chance(0.9) ? of : operations), headers: headers };
  };
}

const CONTROL_CODES = ['INVALID', 'CONTRACT_VIOLATION', 'IMPOSSIBLE'];

function serviceDoor(name: string, url: string, routes: readonly Route[], contract?: string): Door {
  const text = contract === undefined ? '' : readFileSync(`libs/contracts/openapi/${contract}.yaml`, 'utf8');
  return {
    name,
    visit: async (values) => {
      const request = requestTo(values.random.one(routes), values);
      const why = whyWrongService(
        await send(url, request),
        request.method === 'HEAD',
        text,
        contract === undefined ? CONTROL_CODES : [],
      );
      return why && `${shown(request)} => ${why}`;
    },
  };
}

function shown(request: object): string {
  return JSON.stringify(request).slice(0, 800);
}
