import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { buildSchema } from 'graphql';
import { serveTrustedDocuments, TrustedDocuments, withCompiledQueries } from '../index.js';

const MUTATION = 'mutation Add($by: Int!) { add(by: $by) }';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let executions = 0;
/** The resolver of the mutation waits for it. */
let gate: Promise<void> = Promise.resolve();
const schema = buildSchema('type Query { sum: Int! } type Mutation { add(by: Int!): Int! }');
Object.assign(schema.getMutationType()?.getFields()['add'] ?? {}, {
  resolve: async (_: unknown, { by }: { by: number }) => {
    await gate;
    executions += 1;
    if (by < 0) throw new Error('no');
    return by;
  },
});

let server: FastifyInstance;
afterEach(() => server.close());

async function start(trust: boolean, plugins: readonly ApolloServerPlugin[] = []): Promise<void> {
  server = Fastify();
  executions = 0;
  gate = Promise.resolve();
  const formatError = (formatted: object) => ({ ...formatted, message: 'formatted' });
  const apollo = new ApolloServer({
    schema,
    formatError,
    includeStacktraceInErrorResponses: false,
    logger: SILENT,
    plugins: withCompiledQueries(plugins, { compileAfterExecutions: 0, formatError, getCompilerOptions: () => ({}) }),
  });
  await apollo.start();
  const trusted = await TrustedDocuments.read(undefined, new Map(trust ? [['add', MUTATION]] : []), () => undefined);
  serveTrustedDocuments(server, {
    path: '/graphql',
    documents: trusted,
    allowUntrusted: true,
    fastPath: true,
    createContext: () => Promise.resolve({}),
    formatError,
    plugins,
    validationRules: [],
    isWithinLimits: () => true,
    maxTokens: 1_000,
    getCompilerOptions: () => ({}),
    getStartedServer: () => ({ schema, apollo }),
    getCoalescingKey: () => Promise.resolve('everyone'),
  });
  server.post('/graphql', fastifyApolloHandler(apollo));
}

async function ask(by: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const payload = { query: MUTATION, variables: { by } };
  const { statusCode, body } = await server.inject({ method: 'POST', url: '/graphql', payload });
  return { status: statusCode, body: JSON.parse(body) };
}

describe.each([
  { kind: 'a trusted document', trust: true },
  { kind: 'any other document', trust: false },
])('a mutation in $kind', ({ trust }) => {
  it('is executed once for each request, also at the same time', async () => {
    await start(trust);
    // The mutations continue once all of them have arrived.
    let waiting = 3;
    gate = new Promise((resolve) => {
      server.addHook('preValidation', () => {
        waiting -= 1;
        if (waiting === 0) setImmediate(resolve);
        return Promise.resolve();
      });
    });
    const answers = await Promise.all([ask(1), ask(1), ask(1)]);
    expect(answers).toEqual(answers.map(() => ({ status: 200, body: { data: { add: 1 } } })));
    expect(executions).toBe(3);
  });

  it('is not executed again because a resolver throws', async () => {
    await start(trust);
    expect(await ask(-1)).toMatchObject({ status: 200, body: { data: null, errors: [{ message: 'formatted' }] } });
    expect(executions).toBe(1);
  });

  it('is not executed when a variable is invalid', async () => {
    await start(trust);
    expect(await ask('x')).toMatchObject({ status: 400, body: { errors: [{ message: 'formatted' }] } });
    expect(executions).toBe(0);
  });

  it('is executed once when a plugin fails after it', async () => {
    const willSendResponse = () => Promise.reject(new Error('a plugin has a bug'));
    await start(trust, [{ requestDidStart: () => Promise.resolve({ willSendResponse }) }]);
    expect((await ask(1)).status).toBe(500);
    expect(executions).toBe(1);
  });
});
