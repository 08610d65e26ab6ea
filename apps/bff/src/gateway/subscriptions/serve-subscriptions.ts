import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BffConfig } from '../../bff.config.js';
import type { RequestContextFactory } from '../request-context.js';
import type { DocumentPolicy } from '../trusted-documents/trusted-documents.js';
import { serveEventStreams } from './serve-event-streams.js';
import { Subscriptions } from './subscriptions.js';
import { serveWebSockets } from './serve-web-sockets.js';

/**
 * Serves subscriptions: over WebSocket (graphql-transport-ws) at /graphql, and over server-sent events at /graphql/stream,
 * one request each. Call it before the app listens.
 */
export function serveSubscriptions(
  app: NestFastifyApplication,
  config: BffConfig,
  contexts: RequestContextFactory,
  trusted: DocumentPolicy,
): void {
  const subscriptions = new Subscriptions(contexts, () => app.get(GraphQLSchemaHost).schema, trusted, config);
  serveEventStreams(app, subscriptions, contexts);
  serveWebSockets(app, subscriptions, config);
}
