import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { API_NAMES, SERVICES } from '@bff/contracts';
import { Random } from '../chaos/random.js';
import { signToken } from '../stack/secrets.js';
import { startStack } from '../stack/stack.js';
import type { Stack } from '../stack/stack.js';
import { HTTP_ENTRY_POINTS, buildGraphQLRequest } from './graphql-entry-points.js';
import type { Question } from './graphql-entry-points.js';
import { listOperations } from './operations.js';
import type { WalkedOperation } from './operations.js';
import { send } from './send.js';
import { controlRoutes, buildServiceRequest, listRoutes } from './service-entry-points.js';
import type { Route } from './service-entry-points.js';
import { sendNonsense } from './socket-entry-point.js';
import { Values } from './values.js';
import { findErrorsInLogs, explainWrongGraphQL, explainWrongService } from './verdict.js';
import { createTemporaryFolder } from '../stack/temporary-folder.js';

export interface NonsenseOptions {
  readonly seed: number;
  readonly requests: number;
  /** The URL of a PostgreSQL server's admin; the run starts one of its own when there is none. */
  readonly databaseServer?: string;
  readonly onProgress?: (line: string) => void;
}

/** The result of a run. */
export interface NonsenseReport {
  /** The number of requests, by entry point. */
  readonly sent: ReadonlyMap<string, number>;
  /** Undocumented responses, each with its request. */
  readonly wrong: readonly string[];
  /** Errors in the logs of the processes. */
  readonly logged: readonly string[];
}

const SECRET = 'a secret that only a run of nonsense knows, of some length';
const AT_ONCE = 8;

/** Sends random invalid requests to every entry point of every process. */
export async function runNonsense(options: NonsenseOptions): Promise<NonsenseReport> {
  const { onProgress = () => undefined } = options;
  const folder = createTemporaryFolder('nonsense');
  // PostgreSQL may run as another user, who must be able to enter the folder.
  chmodSync(folder, 0o711);
  const operations = listOperations(buildSchema(readFileSync('apps/bff/schema.graphql', 'utf8')));
  const [stack, mocks] = await startProcesses(options, folder, operations);
  try {
    const entryPoints = await listEntryPoints(stack, mocks, operations);
    const random = new Random(options.seed);
    const sent = new Map<string, number>();
    const wrong: string[] = [];
    let left = options.requests;
    const sendInTurn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        if (left % 500 === 0) onProgress(`${left} requests are left`);
        const entryPoint = random.pick(entryPoints);
        sent.set(entryPoint.name, (sent.get(entryPoint.name) ?? 0) + 1);
        const why = await entryPoint.visit(new Values(random.fork()));
        if (why !== undefined) wrong.push(`${entryPoint.name}: ${why}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sendInTurn));
    return { sent, wrong, logged: [stack, mocks].flatMap(({ logDir }) => findErrorsInLogs(logDir)) };
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
      // A response that is only late on a busy machine is not a finding.
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

interface EntryPoint {
  readonly name: string;
  /** Resolves with the finding and its request; undefined when there is none. */
  visit(values: Values): Promise<string | undefined>;
}

async function listEntryPoints(
  stack: Stack,
  mocks: Stack,
  operations: readonly WalkedOperation[],
): Promise<readonly EntryPoint[]> {
  const ask = await createQuestioner(operations);
  const { urls } = stack;
  const http = HTTP_ENTRY_POINTS.map((entryPoint): EntryPoint => ({
    name: `BFF, ${entryPoint}`,
    visit: async (values) => {
      const request = buildGraphQLRequest(entryPoint, ask(values, entryPoint.includes('stream')), values);
      const why = explainWrongGraphQL(await send(urls.bff, request), request.method === 'HEAD');
      return why && `${formatRequest(request)} => ${why}`;
    },
  }));
  const socket: EntryPoint = {
    name: 'BFF, WebSocket',
    visit: async (values) => {
      const question = ask(values, true);
      const why = await sendNonsense(urls.graphql, question, values);
      return why && `${question.operation.name} => ${why}`;
    },
  };
  const services = API_NAMES.map((name) =>
    createServiceEntryPoint(name, name === 'orchestrator' ? urls.orchestratorApi : urls[name], listRoutes(name), name),
  );
  const fakes = SERVICES.map((name) =>
    createServiceEntryPoint(`mocked ${name}`, mocks.urls[name], listRoutes(name), name),
  );
  return [...http, socket, ...services, ...fakes, createServiceEntryPoint('mocks', mocks.urls.mocks, controlRoutes)];
}

/** Creates random operations and callers. */
async function createQuestioner(
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
    const headers = random.pick([
      { authorization: `Bearer ${random.pick(tokens.slice(0, 2))}` },
      { authorization: `Bearer ${random.pick(tokens)}` },
      {},
      { authorization: values.pickHeaderText() },
    ]);
    return { operation: random.pick(random.flip(0.9) ? of : operations), headers: headers };
  };
}

const CONTROL_CODES = ['INVALID', 'CONTRACT_VIOLATION', 'IMPOSSIBLE'];

function createServiceEntryPoint(name: string, url: string, routes: readonly Route[], contract?: string): EntryPoint {
  const text = contract === undefined ? '' : readFileSync(`libs/contracts/openapi/${contract}.yaml`, 'utf8');
  return {
    name,
    visit: async (values) => {
      const request = buildServiceRequest(values.random.pick(routes), values);
      const why = explainWrongService(
        await send(url, request),
        request.method === 'HEAD',
        text,
        contract === undefined ? CONTROL_CODES : [],
      );
      return why && `${formatRequest(request)} => ${why}`;
    },
  };
}

function formatRequest(request: object): string {
  return JSON.stringify(request).slice(0, 800);
}
