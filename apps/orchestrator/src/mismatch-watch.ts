import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '@bff/observability';
import { findCodeMismatches, hasCodeMismatch, createFact, findResumedSagas, SAGA_CODE_MISMATCH } from '@bff/saga';
import type { SagaFact, SagaKey } from '@bff/saga';
import { isMismatched } from '@bff/timeline';
import type { OpenTimeline, SagaProjection } from '@bff/timeline';
import type { OrchestratorConfig } from './orchestrator.config.js';
import { CONFIG } from './saga-worker.js';
import { TIMELINE } from './timeline.token.js';

const POLL_INTERVAL_MS = 2_000;

/** The most sagas that are watched and counted. */
const MAX_SAGAS = 1_000;

/**
 * Finds sagas whose code was changed without a new version. Only the engine knows of them, because their code does not run any
 * more. Such a saga needs attention until the code that it began with is deployed again.
 */
@Injectable()
export class MismatchWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MismatchWatch.name);
  private readonly stopped = new AbortController();
  private watching: Promise<void> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: OrchestratorConfig,
    @Inject(TIMELINE) private readonly timeline: OpenTimeline,
    metrics: Metrics,
  ) {
    const mismatched = {
      name: 'sagas_code_mismatch',
      help: 'Sagas that cannot continue because their code was changed without a new version.',
      labels: ['saga'] as const,
    };
    metrics.createGauge(mismatched, async () => {
      const projections = await timeline.reader.findMismatched(MAX_SAGAS);
      return [...Map.groupBy(projections, ({ saga }) => saga)].map(
        ([saga, group]) => [{ saga }, group.length] as const,
      );
    });
  }

  onApplicationBootstrap(): void {
    this.watching = this.watch();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.watching;
  }

  /** Whether no decision reaches a saga because its code does not match. */
  async isMismatched(saga: string, id: string): Promise<boolean> {
    const projection = await this.timeline.reader.findSaga(saga, id);
    if (projection && isMismatched(projection)) return true;
    // The mismatch may be newer than the last poll. An engine that does not answer does not accept the decision, either.
    return hasCodeMismatch(this.config.ENGINE_ADMIN_URL, { saga, id }).catch(() => false);
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopped;
    let lastError: string | undefined;
    while (!signal.aborted) {
      try {
        await this.poll();
        lastError = undefined;
      } catch (error) {
        if (String(error) !== lastError)
          this.logger.warn(
            `Cannot ask engine ${this.config.ENGINE_ADMIN_URL} for sagas whose code does not match: ${String(error)}`,
          );
        lastError = String(error);
      }
      await sleep(POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async poll(): Promise<void> {
    const { ENGINE_ADMIN_URL: engine } = this.config;
    for (const { difference, ...place } of await findCodeMismatches(engine)) await this.report(place, difference);
    const resumed = await findResumedSagas(engine, await this.timeline.reader.findMismatched(MAX_SAGAS));
    for (const place of resumed) await this.reportResumed(place);
  }

  private async report({ saga, id }: SagaKey, difference: string): Promise<void> {
    const projection = await this.timeline.reader.findSaga(saga, id);
    if (!projection || isMismatched(projection) || projection.ended_at !== null) return;
    const message = formatMismatch(projection, difference);
    this.logger.error(`${saga} ${id}: ${message}`);
    await this.write(projection, 'ATTENTION_NEEDED', { error: { code: SAGA_CODE_MISMATCH, message }, can: [] });
  }

  private async reportResumed({ saga, id }: SagaKey): Promise<void> {
    const projection = await this.timeline.reader.findSaga(saga, id);
    if (projection && isMismatched(projection)) await this.write(projection, 'RESUMED', {});
  }

  private async write(projection: SagaProjection, kind: SagaFact['kind'], more: Partial<SagaFact>): Promise<void> {
    const { saga, id, version, subject, step, direction, last_at: lastAt } = projection;
    // Another orchestrator that finds the saga in this state writes the same fact under the same key, and it is stored once.
    const key = `${kind}-after-${lastAt}`;
    const fact = createFact({ ...more, key, kind, at: Date.now(), step, direction });
    await this.timeline.writer.record({ saga, sagaId: id, version, subject }, [fact]);
  }
}

function formatMismatch({ saga, version }: SagaProjection, difference: string): string {
  return `The code of ${saga} ${version} was changed without a new version and does not match the journal of this saga (${difference}). The saga does not continue until the code that it began with is deployed again.`;
}
