import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BFF_START } from '../../tools/stack/bff-start.js';
import { formatFigure, computeQuantile } from '../support/quantile.js';
import { startDownstream } from './contest.js';
import { findFreePort, GATEWAY_CORE, OTHER_CORE, pinToCore, startPinned, waitUntilAnswering } from './gateway.js';
import { load, post } from './load.js';
import type { LoadRequest } from './load.js';
import { ALONE, buildBffCommand, buildBffEnv, hashQuery, createHeaders, writeManifest } from './shop-gateway.js';
import type { Section } from './section.js';
import { customerIds, PAGE_QUERY, createPageCheck } from './shop.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

const MINUTES = Number(process.env['MINUTES'] ?? 10);
const CONNECTIONS = 8;

/** Maximum growth of the heap in a minute, in KB; more is a leak. */
const MOST_GROWTH_KB = 500;

/** Minimum number of minutes that can show growth. */
const LEAST_MINUTES = 4;

/** Number of requests after which a new document is sent. */
const NEW_DOCUMENT_EVERY = 100;

/** A process's report of its memory after garbage collection. */
interface Memory {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
}

/** Goes into the process: a line for each SIGWINCH, a signal that nothing else uses. */
function probe(file: string): readonly string[] {
  const source = `import { appendFileSync } from 'node:fs';
process.on('SIGWINCH', () => {
  const { rss } = process.memoryUsage();
  gc();
  gc();
  appendFileSync(${JSON.stringify(file)}, JSON.stringify({ ...process.memoryUsage(), rss }) + '\\n');
});`;
  return ['--expose-gc', `--import=data:text/javascript,${encodeURIComponent(source)}`];
}

/** Requests the page for minutes, with new documents, to find a memory leak. */
export async function measureSoak(): Promise<Section> {
  if (!(MINUTES >= LEAST_MINUTES)) throw new Error(`MINUTES must be ${LEAST_MINUTES} or more`);
  const file = join(createTemporaryFolder('bench'), 'memory.jsonl');
  writeFileSync(file, '');
  const downstream = `http://127.0.0.1:${await findFreePort()}`;
  const down = await startDownstream(downstream);
  const port = await findFreePort();
  const env = { ...ALONE, TRUSTED_DOCUMENTS: writeManifest(PAGE_QUERY), ALLOW_UNTRUSTED_DOCUMENTS: 'true' };
  const gateway = startPinned(buildBffCommand({ ...BFF_START, options: [...BFF_START.options, ...probe(file)] }), {
    core: GATEWAY_CORE,
    env: buildBffEnv({ port, downstream }, env),
  });
  pinToCore(OTHER_CORE);
  try {
    await waitUntilAnswering(`http://127.0.0.1:${port}/health/live`);
    const url = new URL(`http://127.0.0.1:${port}/graphql`);
    const next = await createRequests(url);
    const readMemory = async (): Promise<Memory> => {
      const readLines = (): string[] => readFileSync(file, 'utf8').trim().split('\n').filter(Boolean);
      const before = readLines().length;
      process.kill(gateway.pid, 'SIGWINCH');
      while (readLines().length === before) await sleep(20);
      return JSON.parse(readLines().at(-1) ?? '') as Memory;
    };
    const rows: (Memory & { readonly answered: number; readonly wrong: number; readonly p99: number })[] = [];
    for (let minute = 1; minute <= MINUTES; minute++) {
      process.stderr.write(`soak, minute ${minute} of ${MINUTES}\n`);
      const { answered, wrong, times } = await load(url, next, { connections: CONNECTIONS, seconds: 60 });
      rows.push({ ...(await readMemory()), answered, wrong, p99: computeQuantile(times, 0.99) });
    }
    const wrong = rows.reduce((sum, row) => sum + row.wrong, 0);
    // What is compiled in the first minute stays.
    const slope = computeSlope(rows.slice(1).map(({ heapUsed }) => heapUsed / 1_024));
    const text = [
      `## ${MINUTES} minutes`,
      '',
      `The page of ${customerIds.length} viewers in turns over ${CONNECTIONS} connections, as fast as they are answered; every ${NEW_DOCUMENT_EVERY}th request is a document that is new. The heap is measured after a collection, at the end of each minute.`,
      '',
      '| minute | answers | p99 ms | heap MB | external MB | resident MB |',
      '|---|---|---|---|---|---|',
      ...rows.map(({ answered, p99, heapUsed, external, rss }, nth) => {
        const [heap, outside, resident] = [heapUsed, external, rss].map((bytes) => formatFigure(bytes / 2 ** 20, 1));
        return `| ${nth + 1} | ${answered} | ${p99.toFixed(1)} | ${heap} | ${outside} | ${resident} |`;
      }),
      '',
      `From the second minute on the heap changes by ${formatFigure(slope)} KB a minute.`,
      '',
    ].join('\n');
    const mistakes = [
      ...(wrong > 0 ? [`The soak: ${wrong} answers are wrong`] : []),
      ...(slope > MOST_GROWTH_KB ? [`The soak: the heap grows by ${slope.toFixed(0)} KB a minute`] : []),
    ];
    return { text, mistakes };
  } finally {
    await Promise.all([gateway.end(), down.end()]);
  }
}

async function createRequests(url: URL): Promise<() => LoadRequest> {
  const viewers = [...(await createHeaders(customerIds))].map(([id, headers]) => ({
    headers,
    isRight: createPageCheck(id),
  }));
  const known = viewers.map(({ headers, isRight }) => ({
    isRight,
    bytes: post(url, headers, { documentId: hashQuery(PAGE_QUERY) }),
  }));
  let nth = 0;
  return () => {
    nth += 1;
    const viewer = nth % viewers.length;
    const [who, request] = [viewers[viewer], known[viewer]];
    if (!who || !request) throw new Error('There is no customer to ask for');
    if (nth % NEW_DOCUMENT_EVERY !== 0) return request;
    const query = PAGE_QUERY.replace('AccountPage', `AccountPage${nth}`);
    return { isRight: who.isRight, bytes: post(url, who.headers, { query }) };
  };
}

/** By how much numbers grow from one to the next: least squares. */
function computeSlope(numbers: readonly number[]): number {
  const computeMean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = (numbers.length - 1) / 2;
  const average = computeMean(numbers);
  const covariance = numbers.reduce((sum, number, nth) => sum + (nth - middle) * (number - average), 0);
  return covariance / numbers.reduce((sum, _, nth) => sum + (nth - middle) ** 2, 0);
}
