import { existsSync, readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import type { ApolloDriver } from '@nestjs/apollo';
import { GraphQLModule, GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigError } from '@bff/config';
import { ManifestError, parseManifest, serveTrustedDocuments, TrustedDocuments } from '@bff/trusted-documents';
import type { PageContext } from '@bff/page';
import { allowsUntrustedDocuments } from '../../bff.config.js';
import type { BffConfig } from '../../bff.config.js';
import { createCompilerOptions, createPlugins, listValidationRules, MAX_TOKENS } from '../graphql-options.js';
import type { RequestContextFactory } from '../request-context.js';

/** The manifest of the console, which the build of apps/console writes. */
const CONSOLE_MANIFEST = new URL('../../../../console/documents.json', import.meta.url);

/** Which documents are executed. */
export interface DocumentPolicy {
  readonly documents: TrustedDocuments;
  readonly allowUntrusted: boolean;
}

/** Reads the manifests, and serves their documents at /graphql. Call it before the app listens. Throws ConfigError. */
export async function installTrustedDocuments(
  app: NestFastifyApplication,
  config: BffConfig,
  contexts: RequestContextFactory,
): Promise<DocumentPolicy> {
  const documents = await readDocuments(config);
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onClose', () => {
    documents.close();
  });
  const allowUntrusted = allowsUntrustedDocuments(config);
  serveTrustedDocuments<PageContext>(server, {
    path: '/graphql',
    documents,
    allowUntrusted,
    fastPath: config.GRAPHQL_FAST_PATH === 'on',
    validationRules: listValidationRules(contexts),
    maxTokens: MAX_TOKENS,
    isWithinLimits: (operation, variables) => contexts.limits.accepts(operation, variables),
    getCoalescingKey: (headers) => contexts.findCoalescingKey(headers),
    createContext: (headers, signal) => contexts.createContext(headers, signal),
    formatError: contexts.formatError,
    plugins: createPlugins(contexts),
    getCompilerOptions: () => createCompilerOptions(config),
    getStartedServer: () => ({
      schema: app.get(GraphQLSchemaHost).schema,
      apollo: app.get<GraphQLModule<ApolloDriver>>(GraphQLModule).graphQlAdapter.instance,
    }),
  });
  return { documents, allowUntrusted };
}

async function readDocuments({ TRUSTED_DOCUMENTS }: BffConfig): Promise<TrustedDocuments> {
  const logger = new Logger('TrustedDocuments');
  // Without a build of the console there is no console to serve.
  const builtIn = existsSync(CONSOLE_MANIFEST)
    ? parseManifest(readFileSync(CONSOLE_MANIFEST, 'utf8'), 'The manifest of the console')
    : new Map<string, string>();
  try {
    return await TrustedDocuments.read(TRUSTED_DOCUMENTS, builtIn, (error) => {
      logger.error(`${String(error)} The documents that were read before are still executed.`);
    });
  } catch (error) {
    throw error instanceof ManifestError ? new ConfigError(`TRUSTED_DOCUMENTS: ${error.message}`) : error;
  }
}
