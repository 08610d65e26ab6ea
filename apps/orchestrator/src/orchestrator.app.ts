import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { boundServer, fastifyOptions, problemOf } from '@bff/http-server';
import { Metrics, serveMetrics } from '@bff/observability';
import { SagaClient } from '@bff/saga-client';
import { AnswerCheckInterceptor, answerUnroutable, ProblemFilter } from '@bff/service';
import { openTimeline } from '@bff/timeline';
import type { OpenTimeline } from '@bff/timeline';
import { SagasController } from './api/sagas.controller.js';
import { HealthController } from './health.controller.js';
import { MismatchWatch } from './mismatch-watch.js';
import type { OrchestratorConfig } from './orchestrator.config.js';
import { CONFIG, SagaWorker } from './saga-worker.js';
import { TIMELINE } from './timeline.token.js';

class OrchestratorModule {}

/** Starts the orchestrator: the process in which sagas run, apart from the BFF, so that a deploy of one never cuts the other. */
export async function startOrchestrator(config: OrchestratorConfig): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  const logger = new ConsoleLogger('orchestrator', { json: true, logLevels: ['log', 'warn', 'error', 'fatal'] });
  const onTrouble = (error: unknown): void => {
    logger.warn(`The timeline cannot be written right now: ${String(error)}`);
  };
  const timeline = await openTimeline(config.ORCHESTRATOR_DATABASE_URL, onTrouble, logger);
  registerSagaGauge(metrics, timeline);
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: OrchestratorModule,
      controllers: [HealthController, SagasController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Metrics, useValue: metrics },
        { provide: TIMELINE, useValue: timeline },
        { provide: SagaClient, useValue: new SagaClient(config.ENGINE_INGRESS_URL) },
        SagaWorker,
        MismatchWatch,
        // After the worker, whose sagas write to it until they have stopped.
        { provide: Symbol('CLOSE_TIMELINE'), useValue: { onApplicationShutdown: () => timeline.close() } },
      ],
    },
    new FastifyAdapter({ frameworkErrors: answerUnroutable, ...fastifyOptions(config, problemOf) }),
    { logger, abortOnError: false },
  );
  boundServer(app.getHttpAdapter().getInstance(), config, problemOf);
  const production = config.NODE_ENV === 'production';
  serveMetrics(app.getHttpAdapter().getInstance(), metrics, { token: config.METRICS_TOKEN, production });
  app.useGlobalFilters(new ProblemFilter());
  if (!production) app.useGlobalInterceptors(new AnswerCheckInterceptor());
  app.enableShutdownHooks();
  await app.listen(config.ORCHESTRATOR_API_PORT, config.HOST);
  return app;
}

function registerSagaGauge(metrics: Metrics, { reader }: OpenTimeline): void {
  const open = {
    name: 'sagas_open',
    help: 'Sagas that have not ended, by how they stand.',
    labels: ['status'] as const,
  };
  metrics.gauge(open, async () => {
    const counts = await reader.countOpen();
    return (['RUNNING', 'UNDOING', 'NEEDS_ATTENTION'] as const).map(
      (status) => [{ status }, counts.get(status) ?? 0] as const,
    );
  });
}
