import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin, BaseContext, HeaderMap } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { buildSchema, GraphQLError } from 'graphql';
import { compiling, serveDocuments, TrustedDocuments } from '../index.js';

interface Context extends BaseContext {
  readonly who: string;
}

const schema = buildSchema('type Query { hello(name: String = "you"): String! trouble: String }');
Object.assign(schema.getQueryType()?.getFields()['hello'] ?? {}, {
  resolve: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
});
Object.assign(schema.getQueryType()?.getFields()['trouble'] ?? {}, {
  resolve: () => {
    throw new GraphQLError('no', { extensions: { code: 'TROUBLE' } });
  },
});
const QUERY = 'query Greet($name: String) { hello(name: $name) trouble }';

/** Takes down every hook of the life of a request, with what a plugin may look at there; and changes the answer. */
function watching(seen: unknown[]): ApolloServerPlugin<Context> {
  const note = (hook: string, context: object): Promise<void> => {
    const { request, source, queryHash, document, operationName, operation, contextValue, errors, response } =
      context as Record<string, Readonly<Record<string, unknown>> | undefined>;
    const http = request?.['http'] as { headers: HeaderMap; method: string } | undefined;
    seen.push({
      ...{ hook, source, queryHash, operationName, contextValue, variables: request?.['variables'] },
      ...{ named: request?.['operationName'], method: http?.method, trace: http?.headers.get('x-trace') },
      ...{ parsed: document?.['kind'], operation: operation?.['operation'] },
      errors: (errors as unknown as readonly GraphQLError[] | undefined)?.map(({ message }) => message),
      body: (response?.['body'] as { readonly kind?: string } | undefined)?.kind,
    });
    return Promise.resolve();
  };
  return {
    requestDidStart: async (started) => {
      await note('requestDidStart', started);
      return {
        didResolveSource: (context) => note('didResolveSource', context),
        didResolveOperation: (context) => note('didResolveOperation', context),
        executionDidStart: async (context) => {
          await note('executionDidStart', context);
          return { executionDidEnd: () => note('executionDidEnd', context) };
        },
        didEncounterErrors: (context) => note('didEncounterErrors', context),
        willSendResponse: async (context) => {
          await note('willSendResponse', context);
          context.response.http.headers.set('x-plugin', 'was here');
          const { body } = context.response;
          if (body.kind === 'single') body.singleResult.extensions = { plugin: true };
        },
      };
    },
  };
}

async function start(trust: boolean, seen: unknown[], after = 1_000): Promise<FastifyInstance> {
  const formatError = (formatted: object) => ({ ...formatted, message: 'told' });
  const plugins = [watching(seen)];
  const server = Fastify();
  const apollo = new ApolloServer<Context>({
    ...{ schema, formatError },
    plugins: compiling(plugins, { after, formatError, plan: () => ({}) }),
  });
  await apollo.start();
  const contextOf = ({ 'x-who': who }: Record<string, unknown>): Promise<Context> =>
    Promise.resolve({ who: String(who) });
  const trusted = await TrustedDocuments.read(undefined, new Map(trust ? [['greet', QUERY]] : []), () => undefined);
  serveDocuments<Context>(server, {
    ...{ path: '/graphql', trusted, acceptUnknown: true, contextOf, formatError, plugins },
    ...{
      validationRules: [],
      allows: () => true,
      maxTokens: 1_000,
      plan: () => ({}),
      started: () => ({ schema, apollo }),
    },
    audienceOf: () => Promise.resolve(undefined),
  });
  server.post('/graphql', fastifyApolloHandler(apollo, { context: ({ headers }) => contextOf(headers) }));
  return server;
}

describe("Apollo Server's plugins", () => {
  const seen: Record<'ordinary' | 'trusted' | 'compiled', unknown[]> = { ordinary: [], trusted: [], compiled: [] };
  const servers: FastifyInstance[] = [];
  beforeAll(async () => {
    servers.push(
      await start(false, seen.ordinary),
      await start(true, seen.trusted),
      await start(false, seen.compiled, 0),
    );
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  it('see the same life of a request, and change its answer, whichever way it takes', async () => {
    const [ordinary, trusted, compiled] = await Promise.all(
      servers.map(async (server) => {
        const headers = { 'content-type': 'application/json', 'x-who': 'ada', 'x-trace': 't' };
        const payload = { query: QUERY, operationName: 'Greet', variables: { name: 'Ada' } };
        const {
          statusCode,
          headers: answered,
          body,
        } = await server.inject({ method: 'POST', url: '/graphql', headers, payload });
        return { statusCode, plugin: answered['x-plugin'], body: JSON.parse(body) as unknown };
      }),
    );
    expect(ordinary).toMatchObject({
      ...{ statusCode: 200, plugin: 'was here' },
      body: {
        data: { hello: 'Hello Ada', trouble: null },
        errors: [{ message: 'told' }],
        extensions: { plugin: true },
      },
    });
    expect(trusted).toEqual(ordinary);
    expect(compiled).toEqual(ordinary);
    expect(seen.trusted).toEqual(seen.ordinary);
    expect(seen.compiled).toEqual(seen.ordinary);
    expect(seen.ordinary.map((one) => (one as { hook: string }).hook)).toEqual([
      ...['requestDidStart', 'didResolveSource', 'didResolveOperation', 'executionDidStart'],
      ...['didEncounterErrors', 'executionDidEnd', 'willSendResponse'],
    ]);
  });
});
