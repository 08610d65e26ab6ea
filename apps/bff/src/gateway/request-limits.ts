import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FormatRefusal } from '@bff/http-server';
import { createBadRequestError, createTooManyRequestsError } from '@bff/page';
import type { Viewer } from '@bff/page';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { BffConfig } from '../bff.config.js';
import type { RequestContextFactory } from './request-context.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { sendErrors } from './send-errors.js';

type Limits = Pick<BffConfig, 'MAX_REQUESTS_PER_ADDRESS' | 'MAX_REQUESTS_PER_VIEWER'>;

/** The route that is limited. /graphql/stream is not: subscriptions have a limit of their own. */
const LIMITED_ROUTE = '/graphql';

/**
 * Limits how many requests each IP address and each viewer may have in flight: the former before the body is read, the latter before
 * the operation is executed. Call it before the routes are registered, and before any hook that responds.
 */
export function limitRequestsInFlight(
  app: NestFastifyApplication,
  config: Limits,
  contexts: RequestContextFactory,
): void {
  const addresses = new ConcurrencyLimit('MAX_REQUESTS_PER_ADDRESS', config.MAX_REQUESTS_PER_ADDRESS);
  const viewers = new ConcurrencyLimit('MAX_REQUESTS_PER_VIEWER', config.MAX_REQUESTS_PER_VIEWER);
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url !== LIMITED_ROUTE || acquire(addresses, request.ip, reply)) done();
    else sendErrors(reply, contexts, createError(addresses, 'An IP address'));
  });
  // No async hook: for nearly every request the viewer is found without a promise.
  server.addHook('preHandler', (request: FastifyRequest, reply, done) => {
    if (request.routeOptions.url !== LIMITED_ROUTE) {
      done();
      return;
    }
    const admit = (viewer: Viewer | null): void => {
      if (viewer === null || acquire(viewers, viewer.customerId, reply)) done();
      else sendErrors(reply, contexts, createError(viewers, 'A viewer'));
    };
    const viewer = contexts.findViewer(request.headers);
    // A token that is not valid is rejected when the context of the operation is created.
    if (viewer instanceof Promise) viewer.then(admit, () => done());
    else admit(viewer);
  });
}

/** Takes a place until the response is sent, or the client disconnects. */
function acquire(limit: ConcurrencyLimit, key: string, { raw }: FastifyReply): boolean {
  if (!limit.acquire(key)) return false;
  raw.once('close', () => {
    limit.release(key);
  });
  return true;
}

function createError({ variable, max }: ConcurrencyLimit, who: string): GraphQLError {
  return createTooManyRequestsError(
    variable,
    `${who} may have at most ${max} requests in flight: wait until one of them has ended.`,
  );
}

/** The body with which a connection or an unreadable request is rejected: the same format as every error of GraphQL. */
export function createErrorFormat(contexts: RequestContextFactory): FormatRefusal {
  return ({ status, code, limit = '', message }) => {
    const error =
      code === 'TOO_MANY_REQUESTS'
        ? createTooManyRequestsError(limit, message)
        : createBadRequestError(message, status);
    return { errors: [contexts.formatError(error.toJSON(), error)] };
  };
}
