import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { freePorts } from '../tools/ports.js';
import { projectRoot } from '../tools/project.js';
import { quantile } from './quantile.js';
import { startPinned, untilAnswers } from './speed/gateway.js';
import type { Measured } from './speed/gateway.js';
import { load, post } from './speed/load.js';
import type { LoadRequest } from './speed/load.js';
import { CALLS_PER_PAGE, customerIds, expectedPage, PAGE_QUERY } from './speed/shop.js';

/**
 * The page workload: a customer, twenty orders, sixty lines over forty products; distinct viewers. Every gateway in a process of
 * its own on one core; the downstream and the load on the other. Rounds in turns, medians over the rounds.
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const SECONDS = Number(process.env['SECONDS'] ?? 3);
const CONNECTIONS = 32;
const GATEWAY_CORE = 0;
const OTHER_CORE = 1;
const SECRET = 'a secret that only the benches know, of some length';

const root = projectRoot();
const peers = join(root, 'bench/peers');

interface Contender {
  readonly name: string;
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The BFF takes a signed token; the others are told who asks. */
  readonly headersOf: (viewer: string) => Readonly<Record<string, string>>;
}

const peer = (name: string, file: string): Contender => ({
  ...{ name, script: join(peers, file), env: {} },
  headersOf: (viewer) => ({ 'x-viewer': viewer }),
});

const tokens = new Map<string, string>();
for (const viewer of customerIds)
  tokens.set(
    viewer,
    await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(viewer)
      .setExpirationTime('2h')
      .sign(new TextEncoder().encode(SECRET)),
  );

const CONTENDERS: readonly Contender[] = [
  peer('floor: node:http + undici, no GraphQL', 'floor.mjs'),
  {
    ...{ name: 'this BFF', script: join(root, 'dist/apps/bff/src/main.js') },
    env: { NODE_ENV: 'production', JWT_SECRET: SECRET, METRICS_TOKEN: SECRET, DOWNSTREAM_COALESCE: 'false' },
    headersOf: (viewer) => ({ authorization: `Bearer ${tokens.get(viewer) ?? ''}` }),
  },
  peer('Mercurius + jit + undici', 'mercurius.mjs'),
  peer('Yoga + undici', 'yoga.mjs'),
  peer('textbook: Nest + Apollo + Express + axios', 'textbook.mjs'),
];

interface Row {
  readonly perSecond: number[];
  readonly cpuUs: number[];
  readonly p99: number[];
  wrong: number;
  calls: number;
  answered: number;
  memoryMb: number;
  startMs: number;
}

/** Requests of one viewer after the other; a body that was right once is compared as text from then on. */
function requestsTo(url: URL, { headersOf }: Contender): () => LoadRequest {
  const requests = customerIds.map((viewer): LoadRequest => {
    const expected = expectedPage(viewer);
    let right: string | undefined;
    return {
      bytes: post(url, headersOf(viewer), { query: PAGE_QUERY, operationName: 'AccountPage' }),
      isRight: (body) => {
        if (body === right) return true;
        const { data } = JSON.parse(body) as { data: unknown };
        if (JSON.stringify(data) !== expected) return false;
        right = body;
        return true;
      },
    };
  });
  let nth = 0;
  return () => {
    const request = requests[nth++ % requests.length];
    if (!request) throw new Error('There is nobody to ask for');
    return request;
  };
}

async function callsOf(downstream: string): Promise<number> {
  return Number(await (await fetch(`${downstream}/_calls`)).text());
}

async function measure(contender: Contender, downstream: string, port: number, row: Row): Promise<void> {
  const began = performance.now();
  const { ORDER_URL, CUSTOMER_URL, CATALOG_URL } = {
    ORDER_URL: downstream,
    CUSTOMER_URL: downstream,
    CATALOG_URL: downstream,
  };
  const gateway: Measured = startPinned(contender.name, contender.script, {
    core: GATEWAY_CORE,
    env: {
      PORT: String(port),
      BFF_PORT: String(port),
      DOWNSTREAM: downstream,
      ORDER_URL,
      CUSTOMER_URL,
      CATALOG_URL,
      ...contender.env,
    },
  });
  const path = contender.name === 'this BFF' ? '/health/live' : '/';
  row.startMs = await untilAnswers(`http://127.0.0.1:${port}${path}`, began);
  const url = new URL(`http://127.0.0.1:${port}/graphql`);
  const next = requestsTo(url, contender);
  await load(url, next, { connections: CONNECTIONS, seconds: 2 });
  await callsOf(downstream);
  const cpu = gateway.cpuMs();
  const { answered, wrong, seconds, times } = await load(url, next, { connections: CONNECTIONS, seconds: SECONDS });
  row.cpuUs.push(((gateway.cpuMs() - cpu) * 1_000) / answered);
  row.calls += await callsOf(downstream);
  row.answered += answered;
  row.wrong += wrong;
  row.perSecond.push(answered / seconds);
  row.p99.push(quantile(times, 0.99));
  row.memoryMb = Math.max(row.memoryMb, gateway.memoryMb());
  await gateway.end();
}

if (!existsSync(join(peers, 'node_modules'))) {
  process.stdout.write('installing the peers\n');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: peers, stdio: 'inherit' });
}
const { order: downstreamPort, bff: gatewayPort } = await freePorts();
const downstream = `http://127.0.0.1:${downstreamPort}`;
const down = startPinned('downstream', join(root, 'dist/bench/speed/downstream.js'), {
  core: OTHER_CORE,
  env: { PORT: String(downstreamPort) },
});
await untilAnswers(`${downstream}/_calls`);
if (existsSync('/usr/bin/taskset')) execFileSync('/usr/bin/taskset', ['-cp', String(OTHER_CORE), String(process.pid)]);

const only = process.argv[2];
const contenders = CONTENDERS.filter(({ name }) => only === undefined || name.includes(only));
const rows = new Map<string, Row>(
  contenders.map(({ name }) => [
    name,
    { perSecond: [], cpuUs: [], p99: [], wrong: 0, calls: 0, answered: 0, memoryMb: 0, startMs: 0 },
  ]),
);
for (let round = 0; round < ROUNDS; round++)
  for (const contender of contenders) {
    const row = rows.get(contender.name);
    if (row) await measure(contender, downstream, gatewayPort, row);
  }
await down.end();

const median = (numbers: readonly number[]) => quantile(numbers, 0.5);
const floor = median([...rows.values()][0]?.perSecond ?? []);
process.stdout.write(
  '\n| gateway | pages/s | CPU us/page | of the floor | p99 ms | calls/page | wrong | ready ms | MB |\n|---|---|---|---|---|---|---|---|---|\n',
);
for (const [name, row] of rows) {
  const pages = median(row.perSecond);
  const cells = [
    ...[name, pages.toFixed(0), median(row.cpuUs).toFixed(0), (pages / floor).toFixed(2), median(row.p99).toFixed(1)],
    ...[(row.calls / row.answered).toFixed(2), String(row.wrong), row.startMs.toFixed(0), row.memoryMb.toFixed(0)],
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
process.stdout.write(`\nat least ${CALLS_PER_PAGE} calls a page\n`);
