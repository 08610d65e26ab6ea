import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { limitConnections, createFastifyOptions, toProblem } from '@bff/http-server';
import { Metrics, serveMetrics } from '@bff/observability';
import { SagaClient } from '@bff/saga-client';
import { AnswerCheckInterceptor, rejectUnroutable, ProblemFilter } from '@bff/service';
import { openTimeline } from '@bff/timeline';
import type { OpenTimeline } from '@bff/timeline';
import { SagasController } from './api/sagas.controller.js';
import { HealthController } from './health.controller.js';
import { MismatchWatch } from './mismatch-watch.js';
import type { OrchestratorConfig } from './orchestrator.config.js';
import { CONFIG, SagaWorker } from './saga-worker.js';
import { TIMELINE } from './timeline.token.js';

class OrchestratorModule {}

/** Starts the orchestrator, the process that executes sagas. It is apart from the BFF, so that a deploy of one never interrupts the other. */
export async function startOrchestrator(config: OrchestratorConfig): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  const logger = new ConsoleLogger('orchestrator', { json: true, logLevels: ['log', 'warn', 'error', 'fatal'] });
  const onTimelineFailure = (error: unknown): void => {
    logger.warn(`Cannot store facts of sagas right now, retrying: ${String(error)}`);
  };
  const timeline = await openTimeline(config.ORCHESTRATOR_DATABASE_URL, onTimelineFailure, logger);
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
        // Closed after the worker, whose sagas store facts until they have stopped.
        { provide: Symbol('CLOSE_TIMELINE'), useValue: { onApplicationShutdown: () => timeline.close() } },
      ],
    },
    new FastifyAdapter({ frameworkErrors: rejectUnroutable, ...createFastifyOptions(config, toProblem) }),
    { logger, abortOnError: false },
  );
  limitConnections(app.getHttpAdapter().getInstance(), config, toProblem);
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
    help: 'Sagas that have not ended, by status.',
    labels: ['status'] as const,
  };
  metrics.createGauge(open, async () => {
    const counts = await reader.countOpen();
    return (['RUNNING', 'UNDOING', 'NEEDS_ATTENTION'] as const).map(
      (status) => [{ status }, counts.get(status) ?? 0] as const,
    );
  });
}
