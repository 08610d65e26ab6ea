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

/** How often the engine is asked, in milliseconds. */
const POLL_INTERVAL_MS = 2_000;

/** The most sagas that are looked after, and counted. */
const MAX_SAGAS = 1_000;

/**
 * Watches for sagas whose code was changed without a new version. Such a saga cannot say so itself, for its own code does not
 * run: the engine says it. It needs attention until the right code is deployed.
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
      help: 'Sagas that stand still because their code was changed without a new version.',
      labels: ['saga'] as const,
    };
    metrics.gauge(mismatched, async () => {
      const views = await timeline.reader.findMismatched(MAX_SAGAS);
      return [...Map.groupBy(views, ({ saga }) => saga)].map(([saga, those]) => [{ saga }, those.length] as const);
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
    const view = await this.timeline.reader.findSaga(saga, id);
    if (view && isMismatched(view)) return true;
    // It may have begun since the last look. An engine that cannot be asked cannot take the decision, either.
    return hasCodeMismatch(this.config.ENGINE_ADMIN_URL, { saga, id }).catch(() => false);
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopped;
    let trouble: string | undefined;
    while (!signal.aborted) {
      try {
        await this.poll();
        trouble = undefined;
      } catch (error) {
        if (String(error) !== trouble)
          this.logger.warn(`Cannot look for sagas whose code was changed: ${String(error)}`);
        trouble = String(error);
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
    const view = await this.timeline.reader.findSaga(saga, id);
    if (!view || isMismatched(view) || view.ended_at !== null) return;
    const message = formatMismatch(view, difference);
    this.logger.error(`${saga} ${id}: ${message}`);
    await this.write(view, 'ATTENTION_NEEDED', { error: { code: SAGA_CODE_MISMATCH, message }, can: [] });
  }

  private async reportResumed({ saga, id }: SagaKey): Promise<void> {
    const view = await this.timeline.reader.findSaga(saga, id);
    if (view && isMismatched(view)) await this.write(view, 'RESUMED', {});
  }

  private async write(view: SagaProjection, kind: SagaFact['kind'], more: Partial<SagaFact>): Promise<void> {
    const { saga, id, version, subject, step, direction, last_at: lastAt } = view;
    // Whoever else saw the saga in this state writes the same fact: of two orchestrators one is enough.
    const key = `${kind}-after-${lastAt}`;
    const fact = createFact({ ...more, key, kind, at: Date.now(), step, direction });
    await this.timeline.writer.record({ saga, sagaId: id, version, subject }, [fact]);
  }
}

function formatMismatch({ saga, version }: SagaProjection, difference: string): string {
  return `The code of ${saga} ${version} was changed without a new version and does not match what this saga has done (${difference}). It stands still until the code that it began with is deployed again, and then goes on by itself.`;
}
