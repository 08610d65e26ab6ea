import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { ApolloServerPlugin } from '@apollo/server';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import type { BuildSchemaOptions } from '@nestjs/graphql';
import type { CompilerOptions } from '@bff/graphql-compiler';
import { ClientDisconnect } from '@bff/kernel';
import { createPlainFieldFinder, NoSubscriptionConditionsRule, OneMutationRule } from '@bff/page';
import type { PageContext } from '@bff/page';
import { withCompiledQueries } from '@bff/trusted-documents';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { specifiedDirectives } from 'graphql';
import type { ValidationRule } from 'graphql';
import { allowsUntrustedDocuments } from '../bff.config.js';
import type { BffConfig } from '../bff.config.js';
import { DateTime } from '../models/date-time.scalar.js';
import { rejectInexactIds } from '../models/reject-inexact-ids.js';
import { createPlaygroundPlugin } from '../playground/playground.plugin.js';
import { defer, executeDeferring } from './defer.js';
import { createExplainPlugin } from './explain.plugin.js';
import { createReadYourWritesPlugin } from './read-your-writes.plugin.js';
import { createRejectSubscriptionsPlugin } from './reject-subscriptions.plugin.js';
import type { RequestContextFactory } from './request-context.js';
import { createResponseSizePlugin } from './response-size.plugin.js';

/** How the schema is built: the directives of documents, and the scalar of a Date. */
export const buildSchemaOptions: BuildSchemaOptions = {
  directives: [...specifiedDirectives, defer],
  scalarsMap: [{ type: Date, scalar: DateTime }],
};

/** The most tokens that a document may have: no page needs more, and parsing takes time for each. */
export const MAX_TOKENS = 2_000;

/** The size of the cache of parsed untrusted documents, in bytes of JSON; in memory they take four times as much. */
const DOCUMENT_STORE_BYTES = 4 * 1024 * 1024;

/** The validation rules besides those of the specification. */
export function listValidationRules({ limits }: RequestContextFactory): ValidationRule[] {
  return [limits.rule, NoSubscriptionConditionsRule, OneMutationRule];
}

/** How queries are compiled. */
export function createCompilerOptions({ MAX_COMPILED_FIELDS: maxFields }: BffConfig): CompilerOptions {
  return { findProperty: createPlainFieldFinder(), maxFields };
}

/** The plugins that run for every operation, on the fast path as on the standard pipeline. */
export function createPlugins(contexts: RequestContextFactory): ApolloServerPlugin<PageContext>[] {
  return [createExplainPlugin(), createReadYourWritesPlugin(contexts.coalescingKeys)];
}

rejectInexactIds();

/** The plugins of the standard pipeline; it executes compiled queries unless GRAPHQL_FAST_PATH is off. */
function createExecutionPlugins(
  config: BffConfig,
  contexts: RequestContextFactory,
): readonly ApolloServerPlugin<PageContext>[] {
  const plugins = createPlugins(contexts);
  if (config.GRAPHQL_FAST_PATH === 'off') return plugins;
  return withCompiledQueries(plugins, {
    compileAfterExecutions: config.COMPILE_AFTER_EXECUTIONS,
    formatError: contexts.formatError,
    getCompilerOptions: () => createCompilerOptions(config),
  });
}

/** The options of Apollo Server and of Nest's GraphQL module: the standard pipeline. */
export function createGraphqlOptions(config: BffConfig, contexts: RequestContextFactory): ApolloDriverConfig {
  const { development, formatError } = contexts;
  return {
    driver: ApolloDriver,
    autoSchemaFile: true,
    sortSchema: true,
    buildSchemaOptions,
    legacyExperimentalExecuteIncrementally: executeDeferring,
    graphiql: false,
    introspection: development,
    hideSchemaDetailsFromClientErrors: !development,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    validationRules: listValidationRules(contexts),
    // Where only trusted documents are executed, clients cannot register documents.
    persistedQueries: allowsUntrustedDocuments(config) ? {} : false,
    parseOptions: { maxLexicalTokens: MAX_TOKENS },
    documentStore: new InMemoryLRUCache({ maxSize: DOCUMENT_STORE_BYTES }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      createRejectSubscriptionsPlugin(),
      createResponseSizePlugin(contexts.limits),
      ...createExecutionPlugins(config, contexts),
      development ? createPlaygroundPlugin(config) : ApolloServerPluginLandingPageDisabled(),
    ],
    context: ({ headers }: FastifyRequest, reply: FastifyReply) =>
      contexts.createContext(headers, ClientDisconnect.watch(reply.raw)),
    formatError,
  };
}
