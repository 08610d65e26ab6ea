import { join } from 'node:path';

import { findProjectRoot } from '../../tools/stack/project.js';
import { computeQuantile } from '../support/quantile.js';
import { findFreePort, GATEWAY_CORE, OTHER_CORE, pinToCore, startPinned, waitUntilAnswering } from './gateway.js';
import type { Measured } from './gateway.js';
import { load } from './load.js';
import type { LoadRequest } from './load.js';

/** Where a gateway listens, and where its downstreams are. */
export interface Place {
  readonly port: number;
  readonly downstream: string;
}

/** One gateway of a contest: a process of its own. */
export interface Contender {
  readonly name: string;
  readonly command: (place: Place) => readonly [string, ...string[]];
  readonly env: (place: Place) => Readonly<Record<string, string>>;
  /** A path that responds as soon as the gateway is ready. */
  readonly readyPath: string;
  /** Number of downstream calls of each response: fewer are not enough, and more are a mistake. */
  readonly calls?: number;
  /** Its requests, one after the other. */
  readonly requests: (url: URL) => () => LoadRequest;
}

/** The measurements of one gateway: one entry for each round, or the worst of all. */
export interface Row {
  readonly name: string;
  readonly perSecond: number[];
  readonly cpuUs: number[];
  readonly p99: number[];
  /** What the downstreams used of their core, at most. */
  downstreamShare: number;
  wrong: number;
  calls: number;
  /** Number of downstream calls of each response. */
  readonly mustCall: number | undefined;
  answered: number;
  memoryMb: number;
  readonly readyMs: number[];
}

const CONNECTIONS = 32;

/**
 * Number of times that each is started; the rounds are shared among its processes: what the compiler of a runtime makes of the same code
 * differs from process to process by a tenth.
 */
export const STARTS = 3;

/** Seconds of load after which a runtime that compiles hot code has compiled it. */
export const WARM_UP_SECONDS = 10;

/** Warm-up before each round, in seconds: caches went cold while the others were measured. */
const AGAIN_SECONDS = 0.5;

/** How often and how long each is measured. */
export const ROUNDS = Number(process.env['ROUNDS'] ?? 10);
const SECONDS = Number(process.env['SECONDS'] ?? 2);

/** A running contender. */
interface Running {
  readonly gateway: Measured;
  readonly url: URL;
  readonly next: () => LoadRequest;
  readonly row: Row;
}

/**
 * Measures gateways in turns, round by round: each in a process of its own on one core, the downstreams and the load on the
 * other. All of them run all the time, warm, and one at a time has work: rounds are short and many, so that what drifts on the
 * machine drifts for all.
 */
export async function measureContenders(title: string, contenders: readonly Contender[]): Promise<readonly Row[]> {
  const downstream = `http://127.0.0.1:${await findFreePort()}`;
  const down = await startDownstream(downstream);
  pinToCore(OTHER_CORE);
  const entrants = contenders.map((contender) => ({ contender, row: createRow(contender) }));
  try {
    const each = Math.ceil(ROUNDS / STARTS);
    for (let first = 1; first <= ROUNDS; first += each)
      await runRounds({ title, first, last: Math.min(ROUNDS, first + each - 1) }, entrants, { url: downstream, down });
    return entrants.map(({ row }) => row);
  } finally {
    await down.end();
  }
}

interface Entrant {
  readonly contender: Contender;
  readonly row: Row;
}

/** Runs some rounds with new processes. */
async function runRounds(
  { title, first, last }: { readonly title: string; readonly first: number; readonly last: number },
  entrants: readonly Entrant[],
  { url, down }: { readonly url: string; readonly down: Measured },
): Promise<void> {
  const running: Running[] = [];
  try {
    for (const entrant of entrants) {
      process.stderr.write(`${title}: ${entrant.contender.name} starts\n`);
      running.push(await start(entrant, url));
    }
    for (let round = first; round <= last; round++)
      for (const one of running) {
        process.stderr.write(`${title}, round ${round} of ${ROUNDS}: ${one.row.name}\n`);
        await measure(one, url, down);
      }
  } finally {
    await Promise.all(running.map(({ gateway }) => gateway.end()));
  }
}

/** The downstreams of all workloads, on the core that gateways do not use. */
export async function startDownstream(url: string): Promise<Measured> {
  const script = join(findProjectRoot(), 'dist/bench/speed/downstream.js');
  const down = startPinned([process.execPath, script], { core: OTHER_CORE, env: { PORT: new URL(url).port } });
  await waitUntilAnswering(`${url}/_calls`);
  return down;
}

function createRow({ name, calls: mustCall }: Contender): Row {
  return {
    name,
    mustCall,
    perSecond: [],
    cpuUs: [],
    p99: [],
    readyMs: [],
    downstreamShare: 0,
    wrong: 0,
    calls: 0,
    answered: 0,
    memoryMb: 0,
  };
}

/** Starts a gateway, and warms it. */
async function start({ contender, row }: Entrant, downstream: string): Promise<Running> {
  const port = await findFreePort();
  const place = { downstream, port };
  const began = performance.now();
  const gateway = startPinned(contender.command(place), { core: GATEWAY_CORE, env: contender.env(place) });
  try {
    row.readyMs.push(await waitUntilAnswering(`http://127.0.0.1:${port}${contender.readyPath}`, began));
    const url = new URL(`http://127.0.0.1:${port}/graphql`);
    const next = contender.requests(url);
    await load(url, next, { connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
    return { gateway, url, row, next };
  } catch (error) {
    await gateway.end();
    throw error;
  }
}

async function measure({ gateway, url, next, row }: Running, downstream: string, down: Measured): Promise<void> {
  await load(url, next, { connections: CONNECTIONS, seconds: AGAIN_SECONDS });
  await readCalls(downstream);
  const [cpu, downCpu] = [gateway.cpuMs(), down.cpuMs()];
  const { answered, wrong, seconds, times } = await load(url, next, { connections: CONNECTIONS, seconds: SECONDS });
  row.cpuUs.push(((gateway.cpuMs() - cpu) * 1_000) / answered);
  row.downstreamShare = Math.max(row.downstreamShare, (down.cpuMs() - downCpu) / (seconds * 1_000));
  row.calls += await readCalls(downstream);
  row.answered += answered;
  row.wrong += wrong;
  row.perSecond.push(answered / seconds);
  row.p99.push(computeQuantile(times, 0.99));
  row.memoryMb = Math.max(row.memoryMb, gateway.memoryMb());
}

/** The number of downstream calls since this was last read. */
async function readCalls(downstream: string): Promise<number> {
  return Number(await (await fetch(`${downstream}/_calls`)).text());
}
