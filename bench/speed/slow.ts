import { setTimeout as sleep } from 'node:timers/promises';
import { formatFigure, findLargest, computeQuantile } from '../support/quantile.js';
import { ROUNDS, startDownstream } from './contest.js';
import { findFreePort, GATEWAY_CORE, OTHER_CORE, pinToCore, startPinned, waitUntilAnswering } from './gateway.js';
import type { Measured } from './gateway.js';
import type { Section } from './section.js';
import { ALONE, buildBffCommand, buildBffEnv, hashQuery, createHeaders, writeManifest } from './shop-gateway.js';
import { customerIds, PAGE_QUERY } from './shop.js';

const SLOW_MS = 2_000;
const BUDGET_MS = 1_000;
const SECONDS = 5;
const OTHERS_PER_SECOND = 100;
const OWN_PER_SECOND = 30;

/** Time until the breaker has closed after the catalog was slow, in milliseconds. */
const HEALING_MS = 3_000;

/** A page that needs no catalog. */
const OTHER_QUERY = '{ accountPage { profile { companyName } orders { id status total { amount } } } }';

type Headers = Readonly<Record<string, string>>;

/** A BFF over downstreams of its own. */
interface Side {
  readonly url: string;
  readonly downstream: string;
  /** Of each viewer. */
  readonly headers: readonly Headers[];
  readonly processes: readonly Measured[];
}

interface Answer {
  readonly data: { readonly accountPage: { readonly orders: readonly object[] | null } | null } | null;
  readonly errors?: readonly object[];
}

/** The required content of a page: everything, or everything but the slow service's; while that recovers, one of both. */
type Wanted = 'whole' | 'without products' | 'healing';

/** How long each answer took, in milliseconds. */
interface Times {
  /** Pages that need no catalog. */
  readonly others: readonly number[];
  /** Pages that need it. */
  readonly own: readonly number[];
}

/** The measurements of the side whose catalog is slow, of the control, and of both before, while both were healthy. */
interface Round {
  readonly slow: Times;
  readonly control: Times;
  readonly before: Times;
}

/**
 * Other pages while the catalog takes two seconds for each answer, beside another BFF at the same time whose catalog is
 * healthy.
 */
export async function measureSlow(): Promise<Section> {
  const headers = [...(await createHeaders(customerIds)).values()];
  const manifest = writeManifest(PAGE_QUERY, OTHER_QUERY);
  pinToCore(OTHER_CORE);
  const sides = [await start(manifest, headers), await start(manifest, headers)] as const;
  try {
    // A round of each that is not counted, as a warm-up.
    await runRound(sides[0], sides[1]);
    await runRound(sides[1], sides[0]);
    const rounds: Round[] = [];
    for (let nth = 0; nth < ROUNDS; nth++) {
      process.stderr.write(`a slow catalog, round ${nth + 1} of ${ROUNDS}\n`);
      // The two change places, so that neither is the better process.
      rounds.push(await (nth % 2 === 0 ? runRound(sides[0], sides[1]) : runRound(sides[1], sides[0])));
    }
    return { text: formatReport(rounds), mistakes: [] };
  } finally {
    await Promise.all(sides.flatMap(({ processes }) => processes).map((process) => process.end()));
  }
}

async function runRound(slow: Side, well: Side): Promise<Round> {
  const before = await Promise.all([requestPages(slow, 'whole'), requestPages(well, 'whole')]);
  await fetch(`${slow.downstream}/_slow/${SLOW_MS}`);
  const [faulted, control] = await Promise.all([requestPages(slow, 'without products'), requestPages(well, 'whole')]);
  await fetch(`${slow.downstream}/_slow/0`);
  const healed = performance.now() + HEALING_MS;
  for (let nth = 0; performance.now() < healed; nth++) {
    await ask(slow, PAGE_QUERY, nth, 'healing');
    await sleep(20);
  }
  const [one, other] = before;
  return {
    slow: faulted,
    control,
    before: { others: [...one.others, ...other.others], own: [...one.own, ...other.own] },
  };
}

async function requestPages(side: Side, own: Wanted): Promise<Times> {
  const [others, needing] = await Promise.all([
    requestAtRate(side, OTHER_QUERY, OTHERS_PER_SECOND, 'whole'),
    requestAtRate(side, PAGE_QUERY, OWN_PER_SECOND, own),
  ]);
  return { others, own: needing };
}

/** Sends requests at a fixed rate per second, whether responses arrive or not. */
async function requestAtRate(side: Side, query: string, perSecond: number, wanted: Wanted): Promise<number[]> {
  const answers: Promise<number>[] = [];
  const began = performance.now();
  for (let nth = 0; nth < perSecond * SECONDS; nth++) {
    await sleep(Math.max(0, began + (nth * 1_000) / perSecond - performance.now()));
    const answer = ask(side, query, nth, wanted);
    // The first error reaches the caller when it awaits all of them; until then nothing awaits them.
    answer.catch(() => undefined);
    answers.push(answer);
  }
  return Promise.all(answers);
}

async function ask({ url, headers }: Side, query: string, nth: number, wanted: Wanted): Promise<number> {
  const began = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers[nth % headers.length] },
    body: JSON.stringify({ documentId: hashQuery(query) }),
  });
  const { data, errors } = (await response.json()) as Answer;
  const took = performance.now() - began;
  const asWanted = wanted === 'healing' || (wanted === 'whole') === (errors === undefined);
  if (!data?.accountPage?.orders?.length || !asWanted)
    throw new Error(`A page is not ${wanted}: ${JSON.stringify(errors)}`);
  return took;
}

function formatReport(rounds: readonly Round[]): string {
  // Of all rounds together: a garbage collection every ten seconds is the p99 of the round that it falls into.
  const collectTimes = (side: keyof Round, kind: keyof Times): number[] => rounds.flatMap((round) => round[side][kind]);
  const getP99 = (side: keyof Round): number => computeQuantile(collectTimes(side, 'others'), 0.99);
  const formatRow = (name: string, side: keyof Round): string => {
    const cells = [
      name,
      formatFigure(getP99(side), 1),
      formatFigure(getP99(side) / getP99('control'), 2),
      formatFigure(getP99(side) / getP99('before'), 2),
      formatFigure(findLargest(collectTimes(side, 'own'))),
      String(collectTimes(side, 'others').length),
      String(collectTimes(side, 'own').length),
    ];
    return `| ${cells.join(' | ')} |`;
  };
  return [
    '## The page while one downstream is slow',
    '',
    `The catalog takes ${SLOW_MS / 1_000} s for each answer. ${OTHERS_PER_SECOND} other pages and ${OWN_PER_SECOND} that need the catalog a second, beside another BFF at the same time whose catalog is healthy; after two that do not count, ${rounds.length} rounds of ${SECONDS} s in which they change places; the p99 is that of all rounds together. Both have one core together, so before each round both are asked the same while all is well. The budget of a page is ${BUDGET_MS / 1_000} s: then it is answered without the products.`,
    '',
    '| | other pages, p99 ms | of the control | of both before | pages with products, slowest ms | other pages | pages with products |',
    '|---|---|---|---|---|---|---|',
    formatRow('the catalog is slow', 'slow'),
    formatRow('control', 'control'),
    formatRow('both before', 'before'),
    '',
  ].join('\n');
}

async function start(manifest: string, headers: readonly Headers[]): Promise<Side> {
  const downstream = `http://127.0.0.1:${await findFreePort()}`;
  const down = await startDownstream(downstream);
  const port = await findFreePort();
  const env = { ...ALONE, TRUSTED_DOCUMENTS: manifest, PAGE_BUDGET_MS: String(BUDGET_MS), CATALOG_STALE_MS: '0' };
  const gateway = startPinned(buildBffCommand(), { core: GATEWAY_CORE, env: buildBffEnv({ port, downstream }, env) });
  await waitUntilAnswering(`http://127.0.0.1:${port}/health/live`);
  return { url: `http://127.0.0.1:${port}/graphql`, headers, downstream, processes: [down, gateway] };
}
