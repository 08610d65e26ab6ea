import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '@bff/fakes';
import { measureBurst } from './degrading.burst.js';
import { formatFigure, findLargest, computeQuantile } from '../support/quantile.js';
import { measureQuery, PAGE_BUDGET_MS, startMeasuredBff, stopMeasuredBff } from '../support/measured-bff.js';
import type { MeasuredBff } from '../support/measured-bff.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

/**
 * What a failing downstream costs: other pages beside a BFF whose downstreams are healthy, calls that reach it, how late its
 * own pages are, how soon sockets are free when a client disconnects; and what explaining answers costs when no client asks for it.
 * Every comparison is of two BFFs in processes of their own, at the same time or in turns, over downstreams of the same code.
 */
const SECONDS = 6;
const FAULT_ROUNDS = 7;
const FAULTS: readonly (Fault | undefined)[] = [undefined, 'refuse', 'reset', { status: 503 }, 'hang', 'drip'];
const OTHERS_PER_SECOND = 80;
const OWN_PER_SECOND = 40;
const DISCONNECTS = 100;
const ROUNDS = 60;
const REQUESTS = 800;
const AT_ONCE = 8;

const OTHER = '{ accountPage { profile { companyName } addresses { id } paymentMethods { id } orders { id } } }';
const OWN = '{ orderPage(orderId: "o-1") { id customer { companyName } lines { product { price { amount } } } } }';

/** Sends requests at a fixed rate per second, whether responses arrive or not. Returns the duration of each in milliseconds. */
async function load(bff: MeasuredBff, query: string, perSecond: number): Promise<number[]> {
  const asked: Promise<number>[] = [];
  const began = performance.now();
  for (let nth = 0; nth < perSecond * SECONDS; nth++) {
    await sleep(Math.max(0, began + (nth * 1_000) / perSecond - performance.now()));
    asked.push(measureQuery(bff, query));
  }
  return Promise.all(asked);
}

function say(...cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart(17))).join('')}\n`);
}

const formatMs = (value: number) => `${formatFigure(value, 1)} ms`;

/** The calls of the catalog since a position of the call log. */
function findCallsSince(bff: MeasuredBff, seq: number): readonly { readonly atMs: number }[] {
  return bff.scope.callLog.calls.filter((call) => call.seq > seq && call.service === 'catalog');
}

const findLastSeq = (bff: MeasuredBff): number => bff.scope.callLog.calls.at(-1)?.seq ?? 0;

/** One fault, once, on one of two BFFs. */
interface Round {
  /** The p99 of pages that need no catalog, in milliseconds. */
  readonly others: number;
  readonly control: number;
  /** The slowest page that needs the catalog. */
  readonly own: number;
  readonly calls: number;
  readonly controlCalls: number;
  /** Only where there was a fault. */
  readonly opensAfter?: number;
  readonly probes?: number;
}

async function runRound(faulted: MeasuredBff, control: MeasuredBff, fault: Fault | undefined): Promise<Round> {
  // Waits until the breaker has closed, and its window holds only successful calls.
  await sleep(1_200);
  for (const bff of [faulted, control]) for (let nth = 0; nth < 60; nth++) await measureQuery(bff, OWN);
  const seqs = [findLastSeq(faulted), findLastSeq(control)] as const;
  if (fault !== undefined) faulted.scope.rules.add({ service: 'catalog' }, { faults: [fault] }, false);
  const [own, , others, others2] = await Promise.all([
    load(faulted, OWN, OWN_PER_SECOND),
    load(control, OWN, OWN_PER_SECOND),
    load(faulted, OTHER, OTHERS_PER_SECOND),
    load(control, OTHER, OTHERS_PER_SECOND),
  ]);
  faulted.scope.rules.clear();
  const calls = findCallsSince(faulted, seqs[0]);
  return {
    others: computeQuantile(others, 0.99),
    control: computeQuantile(others2, 0.99),
    own: findLargest(own),
    calls: calls.length,
    controlCalls: findCallsSince(control, seqs[1]).length,
    ...(fault !== undefined && measureBurst(calls.map(({ atMs }) => atMs))),
  };
}

async function measureFaults(): Promise<void> {
  const [faulted, control] = [await startMeasuredBff(), await startMeasuredBff()];
  for (const bff of [faulted, control])
    for (let nth = 0; nth < 300; nth++) await measureQuery(bff, nth % 2 === 0 ? OWN : OTHER);
  process.stdout.write(
    `The catalog fails altogether, beside a control: ${OTHERS_PER_SECOND} other pages and ${OWN_PER_SECOND} of its own a second, ${SECONDS} s, ${FAULT_ROUNDS} rounds; medians, and the worst of own pages, calls and probes. The budget is ${PAGE_BUDGET_MS} ms.\n`,
  );
  say('fault', 'others p99', 'control p99', 'ratio', 'own max', 'calls', 'control calls', 'opens after', 'probes');
  for (const fault of FAULTS) {
    const rounds: Round[] = [];
    for (let nth = 0; nth < FAULT_ROUNDS; nth++) rounds.push(await runRound(faulted, control, fault));
    const findMedian = (of: (one: Round) => number) => computeQuantile(rounds.map(of), 0.5);
    const findWorst = (of: (one: Round) => number) => findLargest(rounds.map(of));
    say(
      ...[fault === undefined ? 'none' : typeof fault === 'string' ? fault : JSON.stringify(fault)],
      ...[formatMs(findMedian(({ others }) => others)), formatMs(findMedian((one) => one.control))],
      ...[
        formatFigure(findMedian(({ others }) => others) / findMedian((one) => one.control), 2),
        formatMs(findWorst(({ own }) => own)),
      ],
      ...[String(findWorst(({ calls }) => calls)), String(findMedian(({ controlCalls }) => controlCalls))],
      ...(fault === undefined
        ? ['-', '-']
        : [
            formatMs(findWorst(({ opensAfter = NaN }) => opensAfter)),
            `${formatFigure(
              findWorst(({ probes = NaN }) => probes),
              2,
            )}/s`,
          ]),
    );
  }
  await Promise.all([stopMeasuredBff(faulted), stopMeasuredBff(control)]);
}

async function measureClientDisconnects(): Promise<void> {
  const bff = await startMeasuredBff();
  for (let nth = 0; nth < 50; nth++) await measureQuery(bff, OWN);
  bff.scope.rules.add({ service: 'catalog' }, { faults: ['hang'] }, false);
  const took: number[] = [];
  for (let nth = 0; nth < DISCONNECTS; nth++) {
    const gone = new AbortController();
    const asked = measureQuery(bff, OWN, gone.signal).catch(() => undefined);
    while (!bff.scope.callLog.listInFlight().some(({ service }) => service === 'catalog')) await nextTurn();
    gone.abort();
    const began = performance.now();
    while (bff.scope.callLog.listInFlight().length > 0) await nextTurn();
    took.push(performance.now() - began);
    await asked;
  }
  await stopMeasuredBff(bff);
  process.stdout.write(
    `\nA client disconnects; time until the downstream sees its socket closed, ${DISCONNECTS} times: median ${formatMs(computeQuantile(took, 0.5))}, p99 ${formatMs(computeQuantile(took, 0.99))}, max ${formatMs(findLargest(took))}\n`,
  );
}

/** Removes from the BFF, as node loads it, all code that only explains. */
const WITHOUT_EXPLAIN = `
import { registerHooks } from 'node:module';
const OUT = [
  ['/apps/bff/src/gateway/graphql-options.js', 'createExplainPlugin(),', ''],
  ['/libs/page/src/page-context.js', 'bounds.explain ? new Explanation() : undefined', 'undefined'],
  ['/libs/downstreams/src/contract-client.js', 'this.createRecorder(id, query, options)', '{ bounds: options, recordViolation() {} }'],
  ['/libs/resilience/src/attempt-recorder.js', 'trace?.(record);', ''],
];
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const out = OUT.find(([file]) => url.endsWith(file));
    if (!out) return loaded;
    const source = String(loaded.source);
    if (source.split(out[1]).length !== 2) throw new Error(out[0] + ' has changed: ' + out[1] + ' must be there once');
    return { ...loaded, source: source.replace(out[1], out[2]) };
  },
});`;

/** CPU seconds that a BFF has used until now, from its metrics. */
async function readCpuSeconds({ url }: MeasuredBff): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (.+)$/m.exec(text)?.[1]);
}

/** Milliseconds of CPU for one page. */
async function measureCpuPerPage(bff: MeasuredBff): Promise<number> {
  const before = await readCpuSeconds(bff);
  const askInTurn = async (): Promise<void> => {
    for (let nth = 0; nth < REQUESTS / AT_ONCE; nth++) await measureQuery(bff, OWN);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  return ((await readCpuSeconds(bff)) - before) * (1_000 / REQUESTS);
}

async function measureExplainOff(): Promise<void> {
  const hook = join(createTemporaryFolder('bench'), 'without-explain.mjs');
  writeFileSync(hook, WITHOUT_EXPLAIN);
  const [as, without] = [await startMeasuredBff(), await startMeasuredBff(`--import=${hook}`)];
  const ratios: number[] = [];
  const costs: { readonly as: number[]; readonly without: number[] } = { as: [], without: [] };
  // The first rounds warm both up, and are not counted.
  for (let round = -6; round < ROUNDS; round++) {
    const inTurn = round % 2 === 0;
    const first = await measureCpuPerPage(inTurn ? as : without);
    const second = await measureCpuPerPage(inTurn ? without : as);
    if (round < 0) continue;
    const [a, b] = inTurn ? [first, second] : [second, first];
    costs.as.push(a);
    costs.without.push(b);
    ratios.push(a / b);
  }
  await Promise.all([stopMeasuredBff(as), stopMeasuredBff(without)]);
  const [a, b] = [computeQuantile(costs.as, 0.5), computeQuantile(costs.without, 0.5)];
  const [low, high] = [computeQuantile(ratios, 0.25), computeQuantile(ratios, 0.75)];
  process.stdout.write(
    `\nCPU of the BFF for one order page, no client asking for explanations, medians of ${ROUNDS} rounds in turns: ${a.toFixed(3)} ms; without the code that explains ${b.toFixed(3)} ms; ratio ${formatFigure(a / b, 3)} (quartiles of the rounds ${low.toFixed(2)} to ${high.toFixed(2)})\n`,
  );
}

const parts = { faults: measureFaults, clientDisconnects: measureClientDisconnects, explainOff: measureExplainOff };
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0)
  throw new Error(`There is no part ${unknown.join(', ')}: expected one of ${Object.keys(parts).join(', ')}`);
for (const [name, part] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) await part();
