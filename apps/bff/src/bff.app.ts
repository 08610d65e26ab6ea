import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { limitConnections, createFastifyOptions } from '@bff/http-server';
import { Metrics, serveMetrics } from '@bff/observability';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { BffConfig } from './bff.config.js';
import { BffModule } from './bff.module.js';
import { serveConsole } from './console/console.js';
import { RequestContextFactory } from './gateway/request-context.js';
import { limitRequestsInFlight, createErrorFormat } from './gateway/request-limits.js';
import { GatewayFilter, MAX_BODY_BYTES, rejectUnreadable } from './gateway/gateway.filter.js';
import { serveSubscriptions } from './gateway/subscriptions/serve-subscriptions.js';
import { installTrustedDocuments } from './gateway/trusted-documents/trusted-documents.js';

/** Starts the BFF. */
export async function startBff(
  config: BffConfig,
  options: { readonly port?: number; readonly quiet?: boolean } = {},
): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  const contexts = new RequestContextFactory(config, metrics);
  const formatErrors = createErrorFormat(contexts);
  const app = await NestFactory.create<NestFastifyApplication>(
    BffModule.register(config, contexts),
    new FastifyAdapter({
      bodyLimit: MAX_BODY_BYTES,
      ...(config.TRUST_PROXY !== undefined && { trustProxy: config.TRUST_PROXY }),
      ...createFastifyOptions(config, formatErrors),
      // A URL that cannot be decoded never reaches Nest and its filter.
      frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
        rejectUnreadable(contexts, error, request, reply);
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
  // Behind a proxy, all connections are from the address of the proxy.
  const { TRUST_PROXY, MAX_CONNECTIONS_PER_ADDRESS } = config;
  limitConnections(
    app.getHttpAdapter().getInstance(),
    { ...config, MAX_CONNECTIONS_PER_ADDRESS: TRUST_PROXY === undefined ? MAX_CONNECTIONS_PER_ADDRESS : undefined },
    formatErrors,
  );
  limitRequestsInFlight(app, config, contexts);
  const trustedDocuments = await installTrustedDocuments(app, config, contexts);
  serveSubscriptions(app, config, contexts, trustedDocuments);
  await serveConsole(app, config);
  app.useGlobalFilters(new GatewayFilter(contexts));
  app.enableShutdownHooks();
  await app.listen(options.port ?? config.BFF_PORT, config.HOST);
  return app;
}
