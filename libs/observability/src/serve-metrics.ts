import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.js';

/** Who may read the metrics of a process. */
export interface MetricsAccess {
  /** When set, the Bearer token that is required. */
  readonly token: string | undefined;
  /** In production, metrics are served only when a token is set; elsewhere to every client that reaches the port. */
  readonly production: boolean;
}

/** Serves `GET /metrics`, and measures every request of the server. Call it before the routes are added. */
export function serveMetrics(server: FastifyInstance, metrics: Metrics, access: MetricsAccess): void {
  const observe = metrics.createHistogram({
    name: 'http_request_seconds',
    help: 'How long requests took, from their arrival to the end of their answer.',
    labels: ['method', 'route', 'status'],
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
  if (access.production && access.token === undefined) return;
  server.get('/metrics', async (request, reply) => {
    if (!canRead(access.token, request.headers.authorization))
      return reply.status(401).header('www-authenticate', 'Bearer').send({
        code: 'UNAUTHENTICATED',
        message: 'Send METRICS_TOKEN as a Bearer token.',
      });
    return reply.header('content-type', metrics.contentType).send(await metrics.render());
  });
}

function canRead(token: string | undefined, authorization: string | undefined): boolean {
  if (token === undefined) return true;
  // Digests have the same length, so that the time of the comparison reveals nothing.
  return timingSafeEqual(hashText(`Bearer ${token}`), hashText(authorization ?? ''));
}

function hashText(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
