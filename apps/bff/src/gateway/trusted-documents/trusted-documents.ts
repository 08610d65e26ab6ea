import { existsSync, readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import type { ApolloDriver } from '@nestjs/apollo';
import { GraphQLModule, GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigError } from '@bff/config';
import { ManifestError, readManifest, serveDocuments, TrustedDocuments } from '@bff/trusted-documents';
import type { PageContext } from '@bff/page';
import { allowsUntrustedDocuments } from '../../bff.config.js';
import type { BffConfig } from '../../bff.config.js';
import { MAX_TOKENS, createCompilerOptions, createPlugins, listValidationRules } from '../graphql-options.js';
import type { RequestContextFactory } from '../request-context.js';

/** What the build of apps/console leaves: the documents that the console asks for. */
const CONSOLE = new URL('../../../../console/documents.json', import.meta.url);

/** Which documents are answered. */
export interface Trusted {
  readonly documents: TrustedDocuments;
  readonly acceptUnknown: boolean;
}

/** Without a build there is no console. */
const NOTHING = new Map<string, string>();

/** Reads the manifests of the frontends. Throws ConfigError. To be called before the app listens. */
export async function serveTrusted(
  app: NestFastifyApplication,
  config: BffConfig,
  contexts: RequestContextFactory,
): Promise<Trusted> {
  const logger = new Logger('TrustedDocuments');
  const own = existsSync(CONSOLE)
    ? readManifest(readFileSync(CONSOLE, 'utf8'), 'The manifest of the console')
    : NOTHING;
  const trusted = await TrustedDocuments.read(config.TRUSTED_DOCUMENTS, own, (error) => {
    logger.error(`${String(error)} The documents that were known before stay.`);
  }).catch((error: unknown) => {
    throw error instanceof ManifestError ? new ConfigError(`TRUSTED_DOCUMENTS: ${error.message}`) : error;
  });
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onClose', () => {
    trusted.close();
  });
  const acceptUnknown = allowsUntrustedDocuments(config);
  serveDocuments<PageContext>(server, {
    ...{ path: '/graphql', trusted, validationRules: listValidationRules(contexts), maxTokens: MAX_TOKENS },
    allows: (operation, variables) => contexts.limits.accepts(operation, variables),
    acceptUnknown,
    audienceOf: (headers) => contexts.findCoalescingKey(headers),
    contextOf: (headers, hangUp) => contexts.createContext(headers, hangUp),
    formatError: contexts.formatError,
    plugins: createPlugins(contexts),
    plan: () => createCompilerOptions(config),
    started: () => ({
      schema: app.get(GraphQLSchemaHost).schema,
      apollo: app.get<GraphQLModule<ApolloDriver>>(GraphQLModule).graphQlAdapter.instance,
    }),
  });
  return { documents: trusted, acceptUnknown };
}
