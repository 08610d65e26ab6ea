import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics, serveMetrics } from '@bff/observability';
import { HealthController } from './health.controller.js';
import type { OrchestratorConfig } from './orchestrator.config.js';
import { CONFIG, SagaWorker } from './saga-worker.js';

class OrchestratorModule {}

/** Starts the orchestrator: the process in which sagas run, apart from the BFF, so that a deploy of one never cuts the other. */
export async function startOrchestrator(config: OrchestratorConfig): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: OrchestratorModule,
      controllers: [HealthController],
      providers: [{ provide: CONFIG, useValue: config }, { provide: Metrics, useValue: metrics }, SagaWorker],
    },
    new FastifyAdapter(),
    {
      logger: new ConsoleLogger('orchestrator', { json: true, logLevels: ['log', 'warn', 'error', 'fatal'] }),
      abortOnError: false,
    },
  );
  serveMetrics(app.getHttpAdapter().getInstance(), metrics, {
    token: config.METRICS_TOKEN,
    production: config.NODE_ENV === 'production',
  });
  app.enableShutdownHooks();
  await app.listen(config.ORCHESTRATOR_HEALTH_PORT, config.HOST);
  return app;
}
