import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { buildSchema } from 'graphql';
import { compiling, serveDocuments, TrustedDocuments } from '../index.js';

const MUTATION = 'mutation Add($by: Int!) { add(by: $by) }';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let done = 0;
/** The mutation waits for it. */
let together: Promise<void> = Promise.resolve();
const schema = buildSchema('type Query { sum: Int! } type Mutation { add(by: Int!): Int! }');
Object.assign(schema.getMutationType()?.getFields()['add'] ?? {}, {
  resolve: async (_: unknown, { by }: { by: number }) => {
    await together;
    done += 1;
    if (by < 0) throw new Error('no');
    return by;
  },
});

let server: FastifyInstance;
afterEach(() => server.close());

async function start(trust: boolean, plugins: readonly ApolloServerPlugin[] = []): Promise<void> {
  server = Fastify();
  done = 0;
  together = Promise.resolve();
  const formatError = (formatted: object) => ({ ...formatted, message: 'told' });
  const apollo = new ApolloServer({
    ...{ schema, formatError, includeStacktraceInErrorResponses: false, logger: SILENT },
    plugins: compiling(plugins, { after: 0, formatError, plan: () => ({}) }),
  });
  await apollo.start();
  const trusted = await TrustedDocuments.read(undefined, new Map(trust ? [['add', MUTATION]] : []), () => undefined);
  serveDocuments(server, {
    ...{ path: '/graphql', trusted, acceptUnknown: true, contextOf: () => Promise.resolve({}), formatError, plugins },
    ...{
      validationRules: [],
      allows: () => true,
      maxTokens: 1_000,
      plan: () => ({}),
      started: () => ({ schema, apollo }),
    },
    audienceOf: () => Promise.resolve('all who ask'),
  });
  server.post('/graphql', fastifyApolloHandler(apollo));
}

async function ask(by: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const payload = { query: MUTATION, variables: { by } };
  const { statusCode, body } = await server.inject({ method: 'POST', url: '/graphql', payload });
  return { status: statusCode, body: JSON.parse(body) };
}

describe.each([
  { way: 'a trusted document', trust: true },
  { way: 'any document', trust: false },
])('a mutation in $way', ({ trust }) => {
  it('is done once for each who asks, also at the same time', async () => {
    await start(trust);
    // Until all of them are there.
    let waiting = 3;
    together = new Promise((resolve) => {
      server.addHook('preValidation', () => {
        waiting -= 1;
        if (waiting === 0) setImmediate(resolve);
        return Promise.resolve();
      });
    });
    const answers = await Promise.all([ask(1), ask(1), ask(1)]);
    expect(answers).toEqual(answers.map(() => ({ status: 200, body: { data: { add: 1 } } })));
    expect(done).toBe(3);
  });

  it('says what went wrong, and is not done again for that', async () => {
    await start(trust);
    expect(await ask(-1)).toMatchObject({ status: 200, body: { data: null, errors: [{ message: 'told' }] } });
    expect(done).toBe(1);
  });

  it('is not done when a variable is wrong', async () => {
    await start(trust);
    expect(await ask('x')).toMatchObject({ status: 400, body: { errors: [{ message: 'told' }] } });
    expect(done).toBe(0);
  });

  it('is done once when a plugin fails after it', async () => {
    const willSendResponse = () => Promise.reject(new Error('a plugin has a bug'));
    await start(trust, [{ requestDidStart: () => Promise.resolve({ willSendResponse }) }]);
    expect((await ask(1)).status).toBe(500);
    expect(done).toBe(1);
  });
});
