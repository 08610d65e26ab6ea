import { setTimeout as sleep } from 'node:timers/promises';
import { BFF_START } from '../../tools/stack/bff-start.js';
import { HOSTILE_DOCUMENTS } from '../../libs/testing/src/hostile-documents.js';
import { formatFigure, findLargest, computeMedian } from '../support/quantile.js';
import { startDownstream } from '../speed/contest.js';
import { findFreePort, GATEWAY_CORE, startPinned, waitUntilAnswering } from '../speed/gateway.js';
import { buildBffCommand, buildBffEnv, createHeaders } from '../speed/shop-gateway.js';
import { customerIds, PAGE_QUERY } from '../speed/shop.js';

/**
 * The cost of small documents that ask for much work, in a BFF that executes any document: the time of each at its second execution, which is compiled, and the time of a page that is requested concurrently.
 *   npm run bench:hostile
 */
const ROUNDS = 12;

const port = await findFreePort();
const downstream = `http://127.0.0.1:${await findFreePort()}`;
const url = `http://127.0.0.1:${port}/graphql`;
const [viewer = ''] = customerIds;
const headers = { ...(await createHeaders([viewer])).get(viewer), 'content-type': 'application/json' };

async function ask(query: string): Promise<{ readonly ms: number; readonly status: number }> {
  const began = performance.now();
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  await response.arrayBuffer();
  return { ms: performance.now() - began, status: response.status };
}

const askPage = async (): Promise<number> => (await ask(PAGE_QUERY)).ms;

async function measure(name: string, query: string): Promise<string> {
  const alone: number[] = [];
  const beside: number[] = [];
  const times: number[] = [];
  let status = 0;
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await askPage());
    const hostile = ask(query);
    beside.push(await askPage());
    const answer = await hostile;
    status = answer.status;
    times.push(answer.ms);
    await sleep(5);
  }
  const ratio = computeMedian(beside) / computeMedian(alone);
  return `${name.padEnd(40)} ${String(status)} ${formatFigure(times[0] ?? NaN, 1).padStart(7)} ${formatFigure(computeMedian(times), 1).padStart(7)} ${formatFigure(findLargest(times), 1).padStart(7)} ${formatFigure(computeMedian(alone), 1).padStart(7)} ${formatFigure(computeMedian(beside), 1).padStart(7)} ${formatFigure(ratio, 2).padStart(6)}`;
}

const down = await startDownstream(downstream);
const place = { port, downstream };
const gateway = startPinned(buildBffCommand(BFF_START), {
  core: GATEWAY_CORE,
  env: buildBffEnv(place, { ALLOW_UNTRUSTED_DOCUMENTS: 'true' }, BFF_START),
});
try {
  await waitUntilAnswering(`http://127.0.0.1:${port}/health/live`, performance.now());
  for (let nth = 0; nth < 500; nth++) await askPage();
  process.stdout.write(
    `${'document'.padEnd(40)} status first  median largest   page  beside  ratio   (ms, ${ROUNDS} rounds)\n`,
  );
  for (const [name, query] of Object.entries(HOSTILE_DOCUMENTS))
    process.stdout.write(`${await measure(name, query)}\n`);
} finally {
  await gateway.end();
  await down.end();
}
