import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileOperation } from '@bff/graphql-compiler';
import {
  buildTestSchema,
  generateQuery,
  TEST_SDL,
  toComparableResult,
} from '../../libs/graphql-compiler/src/random-queries.js';
import { buildSchema, execute, getOperationAST, parse, validate } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { findProjectRoot } from '../../tools/stack/project.js';
import { formatFigure, computeMedian } from '../support/quantile.js';

/**
 * The query compiler beside graphql-jit and graphql-js, without a server around them:
 * the number of random queries whose result differs from that of graphql-js, and the cost of one page.
 *   npm run bench:compilers
 *   SEED=7 QUERIES=20000 npm run bench:compilers
 */
const SEED = Number(process.env['SEED'] ?? 1);
const QUERIES = Number(process.env['QUERIES'] ?? 5_000);
const ROUNDS = 12;
const EXECUTIONS = 2_000;

const peers = join(findProjectRoot(), 'bench/peers');
if (!existsSync(join(peers, 'node_modules'))) {
  process.stderr.write('installing the peers\n');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: peers, stdio: 'inherit' });
}
const fromPeers = createRequire(join(peers, 'package.json'));

interface Jit {
  readonly compileQuery: (schema: GraphQLSchema, document: DocumentNode) => JitQuery | ExecutionResult;
}

interface JitQuery {
  query(root: unknown, context: unknown, variables: unknown): ExecutionResult | Promise<ExecutionResult>;
}

const { compileQuery } = fromPeers('graphql-jit') as Jit;
/** graphql-jit has its own graphql-js, which accepts no schema of another. */
const peer = fromPeers('graphql') as { readonly buildSchema: typeof buildSchema };

function addTimeScalar(schema: GraphQLSchema): GraphQLSchema {
  Object.assign(schema.getType('Time') ?? {}, { serialize: (value: string) => new Date(value).toISOString() });
  return schema;
}

type Outcome = ReturnType<typeof toComparableResult> | { readonly lost: 'rejected' | 'crashed' | 'unsettled' };

/** Called with an error that no promise caught: it would have ended the process. */
let onCrash: (error: unknown) => void = () => undefined;
process.on('uncaughtException', (error) => {
  onCrash(error);
});

const TIMEOUT_MS = 1_000;

async function settle(run: () => unknown): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lost = new Promise<Outcome>((resolve) => {
    onCrash = () => {
      resolve({ lost: 'crashed' });
    };
    timer = setTimeout(resolve, TIMEOUT_MS, { lost: 'unsettled' });
  });
  const outcome = (async (): Promise<Outcome> => {
    try {
      return toComparableResult((await run()) as ExecutionResult);
    } catch {
      return { lost: 'rejected' };
    }
  })();
  try {
    return await Promise.race([outcome, lost]);
  } finally {
    clearTimeout(timer);
  }
}

interface Deviations {
  compared: number;
  data: number;
  errors: number;
  rejected: number;
  crashed: number;
  unsettled: number;
}

const createDeviations = (): Deviations => ({ compared: 0, data: 0, errors: 0, rejected: 0, crashed: 0, unsettled: 0 });

function count(deviations: Deviations, expected: Outcome, actual: Outcome): void {
  deviations.compared += 1;
  if ('lost' in actual) deviations[actual.lost] += 1;
  else if (!('lost' in expected) && actual.data !== expected.data) deviations.data += 1;
  else if (JSON.stringify(actual) !== JSON.stringify(expected)) deviations.errors += 1;
}

async function measureCorrectness(): Promise<string> {
  const schema = buildTestSchema();
  const jitSchema = addTimeScalar(peer.buildSchema(TEST_SDL));
  const [ours, jits] = [createDeviations(), createDeviations()];
  for (let nth = 0; nth < QUERIES; nth++) {
    const { source, variables } = generateQuery(schema, SEED * 1_000_003 + nth);
    // Functions and promises of the data can be used once, so each execution gets new data.
    const generateRoot = (): object => generateQuery(schema, SEED * 1_000_003 + nth).root;
    const document = parse(source);
    const operation = getOperationAST(document);
    if (!operation || validate(schema, document).some(({ message }) => !message.includes('is never used'))) continue;
    const expected = await settle(() =>
      execute({ schema, document, rootValue: generateRoot(), variableValues: variables }),
    );
    const compiled = compileOperation(schema, document, operation);
    const coerced = compiled?.coerceVariables(variables);
    if (compiled && coerced) count(ours, expected, await settle(() => compiled.execute(generateRoot(), {}, coerced)));
    const jit = compileQuery(jitSchema, document);
    if ('query' in jit) count(jits, expected, await settle(() => jit.query(generateRoot(), {}, variables)));
  }
  if (ours.compared === 0 || jits.compared === 0) throw new Error('No query was compared');
  return [
    `${QUERIES} random queries, seed ${SEED}, compared with graphql-js:`,
    ...Object.entries({ 'this compiler': ours, 'graphql-jit': jits }).map(
      ([name, { compared, data, errors, rejected, crashed, unsettled }]) =>
        `  ${name.padEnd(14)} ${compared} compared: ${data} with other data, ${errors} with other errors, ${rejected} rejected as a whole, ${crashed} that throw outside of every promise, ${unsettled} that never settle`,
    ),
  ].join('\n');
}

/** An account with twenty orders of three lines, as the services return it. */
function createPage(): object {
  const money = { amount: '12.50', currency: 'USD' };
  const buildLine = (nth: number): object => ({
    productId: `p${nth}`,
    quantity: nth,
    discountPercent: 0,
    unitPrice: money,
    lineTotal: money,
    product: { id: `p${nth}`, name: `Product ${nth}`, packaging: 'box', supplier: 'Babbage', price: money, onHand: 5 },
  });
  const buildOrder = (nth: number): object => ({
    id: `o${nth}`,
    status: 'CONFIRMED',
    placedAt: '2026-01-02T03:04:05.000Z',
    total: money,
    lines: [buildLine(nth), buildLine(nth + 1), buildLine(nth + 2)],
  });
  const profile = { id: 'ada', companyName: 'Ada & Co', contactName: 'Ada', contactTitle: 'Dr', phone: '1' };
  return { accountPage: { id: 'ada', profile, orders: Array.from({ length: 20 }, (_, nth) => buildOrder(nth)) } };
}

const PAGE = `{ accountPage { id profile { id companyName contactName phone } orders { id status placedAt total { amount currency }
  lines { productId quantity lineTotal { amount currency } product { id name price { amount currency } } } } } }`;

async function measureSpeed(): Promise<string> {
  const sdl = readFileSync(join(findProjectRoot(), 'apps/bff/schema.graphql'), 'utf8');
  const schema = buildSchema(sdl);
  const document = parse(PAGE);
  const operation = getOperationAST(document);
  const compiled = operation && compileOperation(schema, document, operation);
  const jit = compileQuery(peer.buildSchema(sdl), document);
  if (!compiled || !('query' in jit)) throw new Error('The page cannot be compiled');
  const root = createPage();
  const subjects: Readonly<Record<string, () => unknown>> = {
    'this compiler': () => compiled.execute(root, {}, {}),
    'graphql-jit': () => jit.query(root, {}, {}),
    'graphql-js': () => execute({ schema, document, rootValue: root }),
  };
  const times: Record<string, number[]> = {};
  for (let round = -2; round < ROUNDS; round++)
    for (const [name, run] of Object.entries(subjects)) {
      const began = performance.now();
      for (let nth = 0; nth < EXECUTIONS; nth++) await run();
      if (round >= 0) (times[name] ??= []).push(((performance.now() - began) * 1_000) / EXECUTIONS);
    }
  return [
    `The account page, executed alone over the responses of its services, median of ${ROUNDS} rounds in turns:`,
    ...Object.entries(times).map(([name, us]) => `  ${name.padEnd(14)} ${formatFigure(computeMedian(us), 1)} us`),
  ].join('\n');
}

process.stdout.write(`${await measureCorrectness()}\n${await measureSpeed()}\n`);
