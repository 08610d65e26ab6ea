import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BffConfig } from '../bff.config.js';
import type { Door } from '../door.js';
import type { Trusted } from '../gateway/trusted-documents/trusted-documents.js';
import { serveEvents } from './events.js';
import { LiveOperations } from './live-operations.js';
import { serveSockets } from './sockets.js';

/**
 * Serves subscriptions: over WebSocket (graphql-transport-ws) at /graphql, and over server-sent events at /graphql/stream,
 * one request each. To be called before the app listens.
 */
export function serveLive(app: NestFastifyApplication, config: BffConfig, door: Door, trusted: Trusted): void {
  const operations = new LiveOperations(door, () => app.get(GraphQLSchemaHost).schema, trusted, config);
  serveEvents(app, operations, door);
  serveSockets(app, operations, config);
}
