import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FormOf } from '@bff/http-server';
import { badRequest, tooManyRequests } from '@bff/page';
import type { Viewer } from '@bff/page';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { BffConfig } from '../bff.config.js';
import type { RequestContextFactory } from './request-context.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { sendErrors } from './send-errors.js';

type Bounds = Pick<BffConfig, 'MAX_REQUESTS_PER_ADDRESS' | 'MAX_REQUESTS_PER_VIEWER'>;

/** A stream lasts as long as its subscription, of which there is a bound of its own. */
const BOUNDED = '/graphql';

/**
 * Bounds how many requests one address and one viewer have in flight: before a body is read, and before an operation begins. To be
 * called before the routes are made, and before whatever answers in a hook.
 */
export function limitRequestsInFlight(
  app: NestFastifyApplication,
  config: Bounds,
  contexts: RequestContextFactory,
): void {
  const addresses = new ConcurrencyLimit('MAX_REQUESTS_PER_ADDRESS', config.MAX_REQUESTS_PER_ADDRESS);
  const viewers = new ConcurrencyLimit('MAX_REQUESTS_PER_VIEWER', config.MAX_REQUESTS_PER_VIEWER);
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url !== BOUNDED || enter(addresses, request.ip, reply)) done();
    else sendErrors(reply, contexts, refusal(addresses, 'An address'));
  });
  // Promises here would be paid for by every request: a viewer who is known is there at once.
  server.addHook('preHandler', (request: FastifyRequest, reply, done) => {
    if (request.routeOptions.url !== BOUNDED) {
      done();
      return;
    }
    const admit = (viewer: Viewer | null): void => {
      if (viewer === null || enter(viewers, viewer.customerId, reply)) done();
      else sendErrors(reply, contexts, refusal(viewers, 'A viewer'));
    };
    const viewer = contexts.findViewer(request.headers);
    // A token that is not taken is refused where operations are answered.
    if (viewer instanceof Promise) viewer.then(admit, () => done());
    else admit(viewer);
  });
}

/** Takes a place until the answer has ended, or its client has gone. */
function enter(bound: ConcurrencyLimit, key: string, { raw }: FastifyReply): boolean {
  if (!bound.acquire(key)) return false;
  raw.once('close', () => {
    bound.release(key);
  });
  return true;
}

function refusal({ variable, max }: ConcurrencyLimit, who: string): GraphQLError {
  return tooManyRequests(variable, `${who} has at most ${max} requests in flight: wait until one of them has ended.`);
}

/** Why a connection is refused, in the form of every error. */
export function createErrorFormat(contexts: RequestContextFactory): FormOf {
  return ({ status, code, limit = '', message }) => {
    const error = code === 'TOO_MANY_REQUESTS' ? tooManyRequests(limit, message) : badRequest(message, status);
    return { errors: [contexts.formatError(error.toJSON(), error)] };
  };
}
