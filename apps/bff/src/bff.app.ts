import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics, serveMetrics } from '@bff/observability';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { BffConfig } from './bff.config.js';
import { BffModule } from './bff.module.js';
import { serveConsole } from './console/console.js';
import { Door } from './door.js';
import { boundRequests } from './gateway/bounds.js';
import { answerUnreadable, GatewayFilter } from './gateway/gateway.filter.js';
import { serveLive } from './live/live.js';
import { serveTrusted } from './trusted/trusted.js';

/** A request that is larger than this is not a page's. */
const MAX_BODY_BYTES = 256 * 1024;

/** Starts the BFF: the one door for frontends. */
export async function startBff(
  config: BffConfig,
  options: { readonly port?: number; readonly quiet?: boolean } = {},
): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  const door = new Door(config, metrics);
  const app = await NestFactory.create<NestFastifyApplication>(
    BffModule.for(config, door),
    new FastifyAdapter({
      bodyLimit: MAX_BODY_BYTES,
      // What cannot be routed (an address that cannot be decoded) never reaches Nest and its filter.
      frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
        answerUnreadable(door, error, request, reply);
      },
    }),
    {
      logger: new ConsoleLogger('bff', {
        json: true,
        logLevels: options.quiet ? ['fatal'] : ['log', 'warn', 'error', 'fatal'],
      }),
      abortOnError: false,
    },
  );
  serveMetrics(app.getHttpAdapter().getInstance(), metrics, {
    token: config.METRICS_TOKEN,
    production: config.NODE_ENV === 'production',
  });
  boundRequests(app, config, door);
  serveLive(app, config, door, await serveTrusted(app, config, door));
  await serveConsole(app, config);
  app.useGlobalFilters(new GatewayFilter(door));
  app.enableShutdownHooks();
  await app.listen(options.port ?? config.BFF_PORT, config.HOST);
  return app;
}
