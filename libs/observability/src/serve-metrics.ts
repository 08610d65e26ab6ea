import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.js';

/** Who may read the metrics of a process. */
export interface MetricsAccess {
  /** With it, only who bears it. */
  readonly token: string | undefined;
  /** In production only with a token; elsewhere whoever reaches the port. */
  readonly production: boolean;
}

/** Serves `GET /metrics`, and measures every request of the server. To be called before its routes are made. */
export function serveMetrics(server: FastifyInstance, metrics: Metrics, access: MetricsAccess): void {
  const took = metrics.createHistogram({
    name: 'http_request_seconds',
    help: 'How long requests took, from their arrival to the end of their answer.',
    labels: ['method', 'route', 'status'],
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    took({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
  if (access.production && access.token === undefined) return;
  server.get('/metrics', async (request, reply) => {
    if (!canRead(access.token, request.headers.authorization))
      return reply.status(401).header('www-authenticate', 'Bearer').send({
        code: 'UNAUTHENTICATED',
        message: 'The metrics want METRICS_TOKEN as a Bearer token.',
      });
    return reply.header('content-type', metrics.contentType).send(await metrics.render());
  });
}

function canRead(token: string | undefined, authorization: string | undefined): boolean {
  if (token === undefined) return true;
  // Of one length, so that the time of the comparison reveals nothing.
  return timingSafeEqual(hashText(`Bearer ${token}`), hashText(authorization ?? ''));
}

function hashText(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
