import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin, BaseContext, HeaderMap } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { buildSchema, GraphQLError } from 'graphql';
import { serveTrustedDocuments, TrustedDocuments, withCompiledQueries } from '../index.js';

interface Context extends BaseContext {
  readonly who: string;
}

const schema = buildSchema('type Query { hello(name: String = "you"): String! failing: String }');
Object.assign(schema.getQueryType()?.getFields()['hello'] ?? {}, {
  resolve: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
});
Object.assign(schema.getQueryType()?.getFields()['failing'] ?? {}, {
  resolve: () => {
    throw new GraphQLError('no', { extensions: { code: 'FAILED' } });
  },
});
const QUERY = 'query Greet($name: String) { hello(name: $name) failing }';

/** Records every hook with what a plugin may read there, and changes the response. */
function createRecordingPlugin(seen: unknown[]): ApolloServerPlugin<Context> {
  const record = (hook: string, context: object): Promise<void> => {
    const { request, source, queryHash, document, operationName, operation, contextValue, errors, response } =
      context as Record<string, Readonly<Record<string, unknown>> | undefined>;
    const http = request?.['http'] as { headers: HeaderMap; method: string } | undefined;
    seen.push({
      hook,
      source,
      queryHash,
      operationName,
      contextValue,
      variables: request?.['variables'],
      requestedName: request?.['operationName'],
      method: http?.method,
      trace: http?.headers.get('x-trace'),
      parsed: document?.['kind'],
      operation: operation?.['operation'],
      errors: (errors as unknown as readonly GraphQLError[] | undefined)?.map(({ message }) => message),
      body: (response?.['body'] as { readonly kind?: string } | undefined)?.kind,
    });
    return Promise.resolve();
  };
  return {
    requestDidStart: async (started) => {
      await record('requestDidStart', started);
      return {
        didResolveSource: (context) => record('didResolveSource', context),
        didResolveOperation: (context) => record('didResolveOperation', context),
        executionDidStart: async (context) => {
          await record('executionDidStart', context);
          return { executionDidEnd: () => record('executionDidEnd', context) };
        },
        didEncounterErrors: (context) => record('didEncounterErrors', context),
        willSendResponse: async (context) => {
          await record('willSendResponse', context);
          context.response.http.headers.set('x-plugin', 'was here');
          const { body } = context.response;
          if (body.kind === 'single') body.singleResult.extensions = { plugin: true };
        },
      };
    },
  };
}

async function start(trust: boolean, seen: unknown[], compileAfterExecutions = 1_000): Promise<FastifyInstance> {
  const formatError = (formatted: object) => ({ ...formatted, message: 'formatted' });
  const plugins = [createRecordingPlugin(seen)];
  const server = Fastify();
  const apollo = new ApolloServer<Context>({
    schema,
    formatError,
    plugins: withCompiledQueries(plugins, { compileAfterExecutions, formatError, getCompilerOptions: () => ({}) }),
  });
  await apollo.start();
  const createContext = ({ 'x-who': who }: Record<string, unknown>): Promise<Context> =>
    Promise.resolve({ who: String(who) });
  const trusted = await TrustedDocuments.read(undefined, new Map(trust ? [['greet', QUERY]] : []), () => undefined);
  serveTrustedDocuments<Context>(server, {
    path: '/graphql',
    documents: trusted,
    allowUntrusted: true,
    fastPath: true,
    createContext,
    formatError,
    plugins,
    validationRules: [],
    isWithinLimits: () => true,
    maxTokens: 1_000,
    getCompilerOptions: () => ({}),
    getStartedServer: () => ({ schema, apollo }),
    getCoalescingKey: () => Promise.resolve(undefined),
  });
  server.post('/graphql', fastifyApolloHandler(apollo, { context: ({ headers }) => createContext(headers) }));
  return server;
}

describe("Apollo Server's plugins", () => {
  const seen: Record<'standard' | 'trusted' | 'compiled', unknown[]> = { standard: [], trusted: [], compiled: [] };
  const servers: FastifyInstance[] = [];
  beforeAll(async () => {
    servers.push(
      await start(false, seen.standard),
      await start(true, seen.trusted),
      await start(false, seen.compiled, 0),
    );
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  it('get the same hooks of a request, and may change its response, on every path', async () => {
    const [standard, trusted, compiled] = await Promise.all(
      servers.map(async (server) => {
        const headers = { 'content-type': 'application/json', 'x-who': 'ada', 'x-trace': 't' };
        const payload = { query: QUERY, operationName: 'Greet', variables: { name: 'Ada' } };
        const {
          statusCode,
          headers: responseHeaders,
          body,
        } = await server.inject({ method: 'POST', url: '/graphql', headers, payload });
        return { statusCode, plugin: responseHeaders['x-plugin'], body: JSON.parse(body) as unknown };
      }),
    );
    expect(standard).toMatchObject({
      statusCode: 200,
      plugin: 'was here',
      body: {
        data: { hello: 'Hello Ada', failing: null },
        errors: [{ message: 'formatted' }],
        extensions: { plugin: true },
      },
    });
    expect(trusted).toEqual(standard);
    expect(compiled).toEqual(standard);
    expect(seen.trusted).toEqual(seen.standard);
    expect(seen.compiled).toEqual(seen.standard);
    expect(seen.standard.map((one) => (one as { hook: string }).hook)).toEqual([
      'requestDidStart',
      'didResolveSource',
      'didResolveOperation',
      'executionDidStart',
      'didEncounterErrors',
      'executionDidEnd',
      'willSendResponse',
    ]);
  });
});
