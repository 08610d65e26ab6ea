import { join } from 'node:path';
import { freePorts } from '../../tools/ports.js';
import { projectRoot } from '../../tools/project.js';
import { quantile } from '../quantile.js';
import { pin, startPinned, untilAnswers } from './gateway.js';
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
  answered: number;
  memoryMb: number;
  readonly readyMs: number[];
}

const GATEWAY_CORE = 0;
const OTHER_CORE = 1;
const CONNECTIONS = 32;
const WARM_UP_SECONDS = 3;

/** How often and how long each is measured. */
export const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const SECONDS = Number(process.env['SECONDS'] ?? 3);

/**
 * Measures gateways in turns, round by round: each in a process of its own on one core, the downstreams and the load on the
 * other. What drifts on the machine drifts for all.
 */
export async function contest(title: string, contenders: readonly Contender[]): Promise<readonly Row[]> {
  const { order, bff: port } = await freePorts();
  const downstream = `http://127.0.0.1:${order}`;
  const script = join(projectRoot(), 'dist/bench/speed/downstream.js');
  const down = startPinned('downstream', [process.execPath, script], {
    core: OTHER_CORE,
    env: { PORT: String(order) },
  });
  await untilAnswers(`${downstream}/_calls`);
  pin(OTHER_CORE);
  const rows = contenders.map(({ name }) => emptyRow(name));
  for (let round = 1; round <= ROUNDS; round++)
    for (const [nth, contender] of contenders.entries()) {
      process.stderr.write(`${title}, round ${round} of ${ROUNDS}: ${contender.name}\n`);
      const row = rows[nth];
      if (row) await measure(contender, { downstream, port }, down, row);
    }
  await down.end();
  return rows;
}

function emptyRow(name: string): Row {
  return {
    ...{ name, perSecond: [], cpuUs: [], p99: [], readyMs: [] },
    ...{ downstreamShare: 0, wrong: 0, calls: 0, answered: 0, memoryMb: 0 },
  };
}

async function measure(contender: Contender, place: Place, down: Measured, row: Row): Promise<void> {
  const began = performance.now();
  const gateway = startPinned(contender.name, contender.command(place), {
    core: GATEWAY_CORE,
    env: contender.env(place),
  });
  try {
    row.readyMs.push(await untilAnswers(`http://127.0.0.1:${place.port}${contender.readyPath}`, began));
    const url = new URL(`http://127.0.0.1:${place.port}/graphql`);
    const next = contender.requests(url);
    await load(url, next, { connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
    await callsOf(place);
    const [cpu, downCpu] = [gateway.cpuMs(), down.cpuMs()];
    const { answered, wrong, seconds, times } = await load(url, next, { connections: CONNECTIONS, seconds: SECONDS });
    row.cpuUs.push(((gateway.cpuMs() - cpu) * 1_000) / answered);
    row.downstreamShare = Math.max(row.downstreamShare, (down.cpuMs() - downCpu) / (seconds * 1_000));
    row.calls += await callsOf(place);
    row.answered += answered;
    row.wrong += wrong;
    row.perSecond.push(answered / seconds);
    row.p99.push(quantile(times, 0.99));
    row.memoryMb = Math.max(row.memoryMb, gateway.memoryMb());
  } finally {
    await gateway.end();
  }
}

/** How many calls reached the downstreams since this was asked last. */
async function callsOf({ downstream }: Place): Promise<number> {
  return Number(await (await fetch(`${downstream}/_calls`)).text());
}
