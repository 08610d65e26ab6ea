import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { createDownstreams, downstreamMeter, stepPolicies, withOptions } from '@bff/downstreams';
import { Metrics } from '@bff/observability';
import { callOptionsOf, probeEngine, registerWorker, serve, startWorker } from '@bff/saga';
import type { Worker } from '@bff/saga';
import type { OrchestratorConfig } from './orchestrator.config.js';
import { createOrder } from './sagas/create-order/create-order.saga.js';

/** The injection token of the orchestrator's configuration. */
export const CONFIG = Symbol('CONFIG');

/** Serves the sagas to the engine. A saga in flight when this process dies goes on in the next one. */
@Injectable()
export class SagaWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SagaWorker.name);
  private readonly stopped = new AbortController();
  private worker: Worker | undefined;
  private registered = false;

  constructor(
    @Inject(CONFIG) private readonly config: OrchestratorConfig,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const policies = stepPolicies(this.config.STEP_TIMEOUT_MS);
    const downstreams = createDownstreams(this.config, policies, downstreamMeter(this.metrics));
    this.worker = await startWorker({
      sagas: [
        serve(createOrder, (call) => withOptions(downstreams, callOptionsOf(call)), {
          forwardBaggage: this.config.FORWARD_BAGGAGE,
          patiencePercent: this.config.PATIENCE_PERCENT,
        }),
      ],
      host: this.config.HOST,
      port: this.config.ORCHESTRATOR_PORT,
      ...(this.config.ENGINE_IDENTITY_KEYS && { identityKeys: this.config.ENGINE_IDENTITY_KEYS }),
      onTrouble: (message) => {
        this.logger.warn(message);
      },
    });
    void this.register();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.worker?.close();
  }

  /** Ready means that the engine reaches this worker: a probe goes through it and back. Throws when it does not. */
  async probe(): Promise<void> {
    if (!this.registered) throw new Error('The engine does not know this worker yet');
    await probeEngine(this.config.ENGINE_INGRESS_URL);
  }

  /** Tells the engine of this worker, however long the engine takes to be there. */
  private async register(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      try {
        await registerWorker(this.config.ENGINE_ADMIN_URL, this.config.ORCHESTRATOR_URL);
        this.registered = true;
        this.logger.log(`The engine at ${this.config.ENGINE_ADMIN_URL} knows this worker`);
        return;
      } catch (error) {
        this.logger.warn(`The engine does not take this worker yet: ${String(error)}`);
        await sleep(200);
      }
    }
  }
}
