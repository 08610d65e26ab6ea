import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { createDownstreams, createDownstreamMeter, createStepPolicies, withOptions } from '@bff/downstreams';
import { Metrics } from '@bff/observability';
import {
  toCallOptions,
  isAnyWorkerRegistered,
  probeEngine,
  registerWorker,
  createSagaWorkflow,
  startWorker,
  findVersionsInFlight,
  withFactDelivery,
} from '@bff/saga';
import type { SagaWorkflow, SagaWorkflowOptions, StepCall, Worker } from '@bff/saga';
import { SagaClient } from '@bff/saga-client';
import type { OpenTimeline } from '@bff/timeline';
import type { OrchestratorConfig } from './orchestrator.config.js';
import { cancelOrderVersions } from './sagas/cancel-order/cancel-order.saga.js';
import { EngineOrderSagas } from './sagas/cancel-order/order-sagas.js';
import { createOrderVersions } from './sagas/create-order/create-order.saga.js';
import { TIMELINE } from './timeline.token.js';

/** The injection token of the orchestrator's configuration. */
export const CONFIG = Symbol('CONFIG');

const REGISTRATION_CHECK_INTERVAL_MS = 2_000;

/** The worker that executes sagas for the engine. When this process dies, another worker continues its sagas. */
@Injectable()
export class SagaWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SagaWorker.name);
  private readonly stopped = new AbortController();
  private worker: Worker | undefined;
  private registered = false;

  constructor(
    @Inject(CONFIG) private readonly config: OrchestratorConfig,
    private readonly metrics: Metrics,
    @Inject(TIMELINE) private readonly timeline: OpenTimeline,
    private readonly sagas: SagaClient,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const policies = createStepPolicies(this.config.STEP_TIMEOUT_MS);
    const downstreams = createDownstreams(this.config, policies, createDownstreamMeter(this.metrics));
    const { writer } = this.timeline;
    const options: SagaWorkflowOptions = {
      forwardBaggage: this.config.FORWARD_BAGGAGE,
      retryTimeoutPercent: this.config.STEP_RETRY_TIMEOUT_PERCENT,
    };
    const createParticipants = (call: StepCall) => withOptions(downstreams, toCallOptions(call));
    const timeline = withFactDelivery(writer, this.config.ENGINE_INGRESS_URL);
    const orderSagas = new EngineOrderSagas(this.sagas);
    const sagas = [
      createSagaWorkflow(createOrderVersions, createParticipants, timeline, options),
      createSagaWorkflow(
        cancelOrderVersions,
        (call) => ({ ...createParticipants(call), orderSagas }),
        timeline,
        options,
      ),
    ];
    await this.checkVersions(sagas).catch(() => undefined);
    this.worker = await startWorker({
      sagas,
      timeline: writer,
      host: this.config.HOST,
      port: this.config.ORCHESTRATOR_PORT,
      ...(this.config.ENGINE_IDENTITY_KEYS && { identityKeys: this.config.ENGINE_IDENTITY_KEYS }),
      onWarning: (message) => {
        this.logger.warn(message);
      },
    });
    void this.keepRegistered(sagas);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.worker?.close();
  }

  /** Ready means that a probe goes through the engine to this worker and back. Throws when it does not. */
  async probe(): Promise<void> {
    if (!this.registered)
      throw new Error(`This worker is not registered with engine ${this.config.ENGINE_ADMIN_URL} yet`);
    await probeEngine(this.config.ENGINE_INGRESS_URL);
  }

  /** Registers again when the engine has lost its data. */
  private async keepRegistered(sagas: readonly SagaWorkflow[]): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      if (!this.registered) await this.register(sagas);
      await sleep(REGISTRATION_CHECK_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
      this.registered &&= await isAnyWorkerRegistered(this.config.ENGINE_INGRESS_URL).catch(() => true);
    }
  }

  /** Registers this worker, and retries until the engine accepts it. */
  private async register(sagas: readonly SagaWorkflow[]): Promise<void> {
    while (!this.stopped.signal.aborted) {
      try {
        await this.checkVersions(sagas);
        await registerWorker(this.config.ENGINE_ADMIN_URL, this.config.ORCHESTRATOR_URL);
        this.registered = true;
        this.logger.log(`Registered with engine ${this.config.ENGINE_ADMIN_URL} at ${this.config.ORCHESTRATOR_URL}`);
        return;
      } catch (error) {
        this.logger.warn(`Cannot register with engine ${this.config.ENGINE_ADMIN_URL} yet, retrying: ${String(error)}`);
        await sleep(200);
      }
    }
  }

  /** Checks that this worker has every version in flight. Throws when the engine does not answer. */
  private async checkVersions(sagas: readonly SagaWorkflow[]): Promise<void> {
    for (const saga of sagas)
      this.exitIfVersionIsMissing(saga, await findVersionsInFlight(this.config.ENGINE_ADMIN_URL, saga));
  }

  /** A worker without a version that is in flight must not start: those sagas would never continue. */
  private exitIfVersionIsMissing({ name, versions }: SagaWorkflow, inFlight: readonly number[]): void {
    const missing = inFlight.filter((version) => !versions.includes(version));
    if (missing.length === 0) return;
    process.stderr.write(
      `This orchestrator has ${name} in version ${versions.join(', ')}, but ${name} ${missing.join(', ')} is still in flight: keep that version beside the new one until its last saga has ended.\n`,
    );
    process.exit(1);
  }
}
