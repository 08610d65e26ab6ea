import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { planOf } from '@bff/graphql-compiler';
import {
  comparableResult,
  MADE_UP_SDL,
  madeUpQuery,
  madeUpSchema,
} from '../../libs/graphql-compiler/src/random-queries.fixture.js';
import { buildSchema, execute, getOperationAST, parse, validate } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { projectRoot } from '../../tools/stack/project.js';
import { figure, median } from '../support/quantile.js';

/**
 * The compiler of queries beside graphql-jit and graphql-js, without a server around them:
 * how many made-up queries each answers otherwise than graphql-js, and what one page costs.
 *   npm run bench:compilers
 *   SEED=7 QUERIES=20000 npm run bench:compilers
 */
const SEED = Number(process.env['SEED'] ?? 1);
const QUERIES = Number(process.env['QUERIES'] ?? 5_000);
const ROUNDS = 12;
const EXECUTIONS = 2_000;

const peers = join(projectRoot(), 'bench/peers');
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
/** graphql-jit has its own graphql-js, which takes no schema of ours. */
const peer = fromPeers('graphql') as { readonly buildSchema: typeof buildSchema };

function withTime(schema: GraphQLSchema): GraphQLSchema {
  Object.assign(schema.getType('Time') ?? {}, { serialize: (value: string) => new Date(value).toISOString() });
  return schema;
}

type Answer = ReturnType<typeof comparableResult> | { readonly lost: 'rejected' | 'crashed' | 'unanswered' };

/** What was thrown outside of every promise: it would have ended the process. */
let onCrash: (error: unknown) => void = () => undefined;
process.on('uncaughtException', (error) => {
  onCrash(error);
});

const PATIENCE_MS = 1_000;

async function answerOf(run: () => unknown): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lost = new Promise<Answer>((resolve) => {
    onCrash = () => {
      resolve({ lost: 'crashed' });
    };
    timer = setTimeout(resolve, PATIENCE_MS, { lost: 'unanswered' });
  });
  const answer = (async (): Promise<Answer> => {
    try {
      return comparableResult((await run()) as ExecutionResult);
    } catch {
      return { lost: 'rejected' };
    }
  })();
  try {
    return await Promise.race([answer, lost]);
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
  unanswered: number;
}

const nothing = (): Deviations => ({ compared: 0, data: 0, errors: 0, rejected: 0, crashed: 0, unanswered: 0 });

function count(deviations: Deviations, expected: Answer, actual: Answer): void {
  deviations.compared += 1;
  if ('lost' in actual) deviations[actual.lost] += 1;
  else if (!('lost' in expected) && actual.data !== expected.data) deviations.data += 1;
  else if (JSON.stringify(actual) !== JSON.stringify(expected)) deviations.errors += 1;
}

async function correctness(): Promise<string> {
  const schema = madeUpSchema();
  const jitSchema = withTime(peer.buildSchema(MADE_UP_SDL));
  const [ours, jits] = [nothing(), nothing()];
  for (let nth = 0; nth < QUERIES; nth++) {
    const { source, variables } = madeUpQuery(schema, SEED * 1_000_003 + nth);
    // Getters and promises are used up: each gets data of its own.
    const root = (): object => madeUpQuery(schema, SEED * 1_000_003 + nth).root;
    const document = parse(source);
    const operation = getOperationAST(document);
    if (!operation || validate(schema, document).some(({ message }) => !message.includes('is never used'))) continue;
    const expected = await answerOf(() => execute({ schema, document, rootValue: root(), variableValues: variables }));
    const plan = planOf(schema, document, operation);
    const coerced = plan?.variables(variables);
    if (plan && coerced) count(ours, expected, await answerOf(() => plan.execute(root(), {}, coerced)));
    const jit = compileQuery(jitSchema, document);
    if ('query' in jit) count(jits, expected, await answerOf(() => jit.query(root(), {}, variables)));
  }
  if (ours.compared === 0 || jits.compared === 0) throw new Error('No query was compared');
  return [
    `${QUERIES} made-up queries, seed ${SEED}, beside graphql-js:`,
    ...Object.entries({ 'this compiler': ours, 'graphql-jit': jits }).map(
      ([name, { compared, data, errors, rejected, crashed, unanswered }]) =>
        `  ${name.padEnd(14)} ${compared} compared: ${data} with other data, ${errors} with other errors, ${rejected} rejected as a whole, ${crashed} that throw outside of every promise, ${unanswered} without an answer`,
    ),
  ].join('\n');
}

/** An account with twenty orders of three lines, as its services answer it. */
function pageOf(): object {
  const money = { amount: '12.50', currency: 'USD' };
  const line = (nth: number): object => ({
    ...{ productId: `p${nth}`, quantity: nth, discountPercent: 0, unitPrice: money, lineTotal: money },
    product: { id: `p${nth}`, name: `Product ${nth}`, packaging: 'box', supplier: 'Babbage', price: money, onHand: 5 },
  });
  const order = (nth: number): object => ({
    ...{ id: `o${nth}`, status: 'CONFIRMED', placedAt: '2026-01-02T03:04:05.000Z', total: money },
    lines: [line(nth), line(nth + 1), line(nth + 2)],
  });
  const profile = { id: 'ada', companyName: 'Ada & Co', contactName: 'Ada', contactTitle: 'Dr', phone: '1' };
  return { accountPage: { id: 'ada', profile, orders: Array.from({ length: 20 }, (_, nth) => order(nth)) } };
}

const PAGE = `{ accountPage { id profile { id companyName contactName phone } orders { id status placedAt total { amount currency }
  lines { productId quantity lineTotal { amount currency } product { id name price { amount currency } } } } } }`;

async function speed(): Promise<string> {
  const sdl = readFileSync(join(projectRoot(), 'apps/bff/schema.graphql'), 'utf8');
  const schema = buildSchema(sdl);
  const document = parse(PAGE);
  const operation = getOperationAST(document);
  const plan = operation && planOf(schema, document, operation);
  const jit = compileQuery(peer.buildSchema(sdl), document);
  if (!plan || !('query' in jit)) throw new Error('The page cannot be compiled');
  const root = pageOf();
  const subjects: Readonly<Record<string, () => unknown>> = {
    'this compiler': () => plan.execute(root, {}, {}),
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
    `The account page, executed alone over what its services answered, median of ${ROUNDS} rounds in turns:`,
    ...Object.entries(times).map(([name, us]) => `  ${name.padEnd(14)} ${figure(median(us), 1)} us`),
  ].join('\n');
}

process.stdout.write(`${await correctness()}\n${await speed()}\n`);
