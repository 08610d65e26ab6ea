import { join } from 'node:path';

import { projectRoot } from '../../tools/project.js';
import { quantile } from '../quantile.js';
import { freePort, GATEWAY_CORE, OTHER_CORE, pin, startPinned, untilAnswers } from './gateway.js';
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
  /** What answers as soon as it is ready. */
  readonly readyPath: string;
  /** So many downstream calls each answer must take: no fewer are enough, and more are a mistake. */
  readonly calls?: number;
  /** What it is asked, one request after the other. */
  readonly requests: (url: URL) => () => LoadRequest;
}

/** What was measured of one gateway: one entry for each round, or the worst of all. */
export interface Row {
  readonly name: string;
  readonly perSecond: number[];
  readonly cpuUs: number[];
  readonly p99: number[];
  /** What the downstreams used of their core, at most. */
  downstreamShare: number;
  wrong: number;
  calls: number;
  /** So many each answer must take. */
  readonly mustCall: number | undefined;
  answered: number;
  memoryMb: number;
  readonly readyMs: number[];
}

const CONNECTIONS = 32;

/** Each is started so often; it keeps the last. */
const STARTS = 3;

/** After so many seconds of load a runtime that compiles what is hot has compiled it. */
const WARM_UP_SECONDS = 8;

/** Before each round, for what went cold while the others were measured. */
const AGAIN_SECONDS = 0.5;

/** How often and how long each is measured. */
export const ROUNDS = Number(process.env['ROUNDS'] ?? 10);
const SECONDS = Number(process.env['SECONDS'] ?? 2);

/** A contender that runs. */
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
export async function contest(title: string, contenders: readonly Contender[]): Promise<readonly Row[]> {
  const downstream = `http://127.0.0.1:${await freePort()}`;
  const down = await startDownstream(downstream);
  pin(OTHER_CORE);
  const running: Running[] = [];
  try {
    for (const contender of contenders) {
      process.stderr.write(`${title}: ${contender.name} starts\n`);
      const one = await startContender(contender, downstream);
      running.push(one);
      await load(one.url, one.next, { connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
    }
    for (let round = 1; round <= ROUNDS; round++)
      for (const one of running) {
        process.stderr.write(`${title}, round ${round} of ${ROUNDS}: ${one.row.name}\n`);
        await measure(one, downstream, down);
      }
    return running.map(({ row }) => row);
  } finally {
    await Promise.all([down, ...running.map(({ gateway }) => gateway)].map((process) => process.end()));
  }
}

/** The downstreams of all workloads, on the core that gateways do not use. */
export async function startDownstream(url: string): Promise<Measured> {
  const script = join(projectRoot(), 'dist/bench/speed/downstream.js');
  const down = startPinned([process.execPath, script], { core: OTHER_CORE, env: { PORT: new URL(url).port } });
  await untilAnswers(`${url}/_calls`);
  return down;
}

/** Starts a gateway as often as its start is measured. */
async function startContender(contender: Contender, downstream: string): Promise<Running> {
  const readyMs: number[] = [];
  for (;;) {
    const port = await freePort();
    const place = { downstream, port };
    const began = performance.now();
    const gateway = startPinned(contender.command(place), { core: GATEWAY_CORE, env: contender.env(place) });
    try {
      readyMs.push(await untilAnswers(`http://127.0.0.1:${port}${contender.readyPath}`, began));
    } catch (error) {
      await gateway.end();
      throw error;
    }
    if (readyMs.length < STARTS) {
      await gateway.end();
      continue;
    }
    const url = new URL(`http://127.0.0.1:${port}/graphql`);
    const row = {
      ...{ name: contender.name, mustCall: contender.calls, perSecond: [], cpuUs: [], p99: [], readyMs },
      ...{ downstreamShare: 0, wrong: 0, calls: 0, answered: 0, memoryMb: 0 },
    };
    return { gateway, url, row, next: contender.requests(url) };
  }
}

async function measure({ gateway, url, next, row }: Running, downstream: string, down: Measured): Promise<void> {
  await load(url, next, { connections: CONNECTIONS, seconds: AGAIN_SECONDS });
  await callsOf(downstream);
  const [cpu, downCpu] = [gateway.cpuMs(), down.cpuMs()];
  const { answered, wrong, seconds, times } = await load(url, next, { connections: CONNECTIONS, seconds: SECONDS });
  row.cpuUs.push(((gateway.cpuMs() - cpu) * 1_000) / answered);
  row.downstreamShare = Math.max(row.downstreamShare, (down.cpuMs() - downCpu) / (seconds * 1_000));
  row.calls += await callsOf(downstream);
  row.answered += answered;
  row.wrong += wrong;
  row.perSecond.push(answered / seconds);
  row.p99.push(quantile(times, 0.99));
  row.memoryMb = Math.max(row.memoryMb, gateway.memoryMb());
}

/** How many calls reached the downstreams since this was asked last. */
async function callsOf(downstream: string): Promise<number> {
  return Number(await (await fetch(`${downstream}/_calls`)).text());
}
