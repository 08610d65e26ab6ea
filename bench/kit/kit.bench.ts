import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Agent, get, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePorts } from '../../tools/stack/ports.js';
import { findProjectRoot } from '../../tools/stack/project.js';
import { formatFigure, computeMedian } from '../support/quantile.js';

/**
 * What the scenario kit costs: how soon the mocks are ready, and what one call takes that is checked against its contract
 * both ways, beside a bare node:http server that answers the same bytes. Both run in processes of their own, in one run,
 * round by round in turns.
 */
const ROUNDS = 7;
const STARTS = 7;
const CALLS = 2_000;

/** Answers every request with the same bytes, without a contract. */
const BARE = `
const body = Buffer.from(process.env.BODY ?? '{}');
require('node:http').createServer((incoming, outgoing) => {
  incoming.resume().on('end', () => outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body));
}).listen(Number(process.env.PORT), '127.0.0.1');`;

interface Server {
  readonly child: ChildProcess;
  readonly readyMs: number;
}

async function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  readyUrl: string,
): Promise<Server> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'inherit' });
  while (!(await isAnswering(readyUrl))) await sleep(2);
  return { child, readyMs: performance.now() - began };
}

function isAnswering(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => resolve(false));
  });
}

async function stop({ child }: Server): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function call(url: string, method: string, headers: Record<string, string>, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      // A rejected call does less work, so it is not counted.
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${url} answers ${response.statusCode ?? 0}: ${text}`));
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

interface Workload {
  readonly name: string;
  readonly method: string;
  readonly path: (nth: number) => string;
  readonly body?: string;
}

const workloads: readonly Workload[] = [
  { name: 'read 5 products', method: 'GET', path: () => '/products?ids=1,2,3,4,5' },
  {
    name: 'reserve stock',
    method: 'PUT',
    path: (nth) => `/reservations/o-${nth}`,
    body: JSON.stringify({ lines: [{ productId: '75', quantity: 1 }] }),
  },
];

let count = 0;

/** Milliseconds for one call, one after the other over one connection. */
async function timeCalls(baseUrl: string, { method, path, body }: Workload, scope: string): Promise<number> {
  const began = performance.now();
  for (let nth = 0; nth < CALLS; nth++) {
    const headers = {
      baggage: `bff-scope=${scope}`,
      'content-type': 'application/json',
      'idempotency-key': `k-${++count}`,
    };
    await call(baseUrl + path(nth % 100), method, method === 'GET' ? { baggage: headers.baggage } : headers, body);
  }
  return (performance.now() - began) / CALLS;
}

function say(...cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(36) : cell.padStart(14))).join('')}\n`);
}

const ports = await findFreePorts();
const env = {
  MOCKS_PORT: String(ports.mocks),
  ORDER_PORT: String(ports.order),
  CUSTOMER_PORT: String(ports.customer),
  CATALOG_PORT: String(ports.catalog),
};
const startMocks = () =>
  start([join(findProjectRoot(), 'dist/apps/mocks/src/main.js')], env, `http://127.0.0.1:${ports.mocks}/health/ready`);
const startBare = (body: string) =>
  start(['-e', BARE], { PORT: String(ports.bff), BODY: body }, `http://127.0.0.1:${ports.bff}/`);

const ready: { readonly mocks: number[]; readonly bare: number[] } = { mocks: [], bare: [] };
for (let nth = 0; nth < STARTS; nth++) {
  for (const [name, startOne] of [
    ['mocks', startMocks],
    ['bare', () => startBare('{}')],
  ] as const) {
    const server = await startOne();
    ready[name].push(server.readyMs);
    await stop(server);
  }
}
say('', 'mocks', 'bare', 'difference');
say(
  `ready, ms, ${STARTS} starts`,
  computeMedian(ready.mocks).toFixed(0),
  computeMedian(ready.bare).toFixed(0),
  (computeMedian(ready.mocks) - computeMedian(ready.bare)).toFixed(0),
);

const catalogUrl = `http://127.0.0.1:${ports.catalog}`;
for (const workload of workloads) {
  const mocks = await startMocks();
  const body = await call(
    catalogUrl + workload.path(0),
    workload.method,
    { 'content-type': 'application/json', 'idempotency-key': 'first' },
    workload.body,
  );
  const bare = await startBare(body);
  const times: { readonly mocks: number[]; readonly bare: number[] } = { mocks: [], bare: [] };
  // The first round warms both up, and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    const [a, b] = [
      await timeCalls(catalogUrl, workload, `r${round}`),
      await timeCalls(`http://127.0.0.1:${ports.bff}`, workload, ''),
    ];
    if (round === 0) continue;
    times.mocks.push(a);
    times.bare.push(b);
  }
  const [a, b] = [computeMedian(times.mocks), computeMedian(times.bare)];
  say(`${workload.name}, ms, ${times.mocks.length * CALLS} calls`, ...[a, b, a - b].map((ms) => formatFigure(ms, 3)));
  await Promise.all([stop(mocks), stop(bare)]);
}
agent.destroy();
