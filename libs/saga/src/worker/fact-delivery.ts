import { setTimeout as sleep } from 'node:timers/promises';
import * as restate from '@restatedev/restate-sdk';
import { connect, rpc } from '@restatedev/restate-sdk-clients';
import type { SagaFact } from '../core/fact.js';
import type { SagaIdentity, Timeline } from '../core/timeline.js';

/** Facts to be stored. Sent through the engine: do not rename its properties. */
interface FactBatch {
  readonly identity: SagaIdentity;
  readonly facts: readonly SagaFact[];
}

/** Stores facts that the engine delivers. The engine delivers them again until they are stored. */
interface FactDelivery {
  record(context: restate.Context, batch: FactBatch): Promise<null>;
}

/** The name of the service in the engine. Messages in flight are addressed to it: do not change it. */
const FACT_DELIVERY = { name: 'SagaScribe' } as const;

/** How long a saga that has ended waits until its facts are stored, in milliseconds; then they are handed to the engine. */
const WRITE_TIMEOUT_MS = 300;

/** How long the engine may take to accept them, in milliseconds. */
const HANDOVER_TIMEOUT_MS = 3_000;

/** The service of a worker that stores the facts that the engine delivers. */
export function createFactDelivery(timeline: Timeline): restate.ServiceDefinition<string, FactDelivery> {
  return restate.service({
    ...FACT_DELIVERY,
    handlers: {
      record: async (_context: restate.Context, { identity, facts }: FactBatch): Promise<null> => {
        await timeline.record(identity, facts);
        return null;
      },
    },
    options: { journalRetention: 0 },
  });
}

/**
 * Wraps a timeline, so that a saga can end while its database is unavailable: facts that are not stored soon are handed to the
 * engine, which delivers them until they are stored. `record` rejects when the engine does not accept them, either.
 */
export function withFactDelivery(timeline: Timeline, engineIngressUrl: string): Timeline {
  const ingress = connect({ url: engineIngressUrl });
  const delivery = ingress.serviceSendClient<restate.ServiceDefinition<string, FactDelivery>>(FACT_DELIVERY);
  return {
    enqueue: (saga, fact) => {
      timeline.enqueue(saga, fact);
    },
    async record(identity, facts) {
      const stored = timeline.record(identity, facts).then(
        () => true,
        () => false,
      );
      if (await Promise.race([stored, sleep(WRITE_TIMEOUT_MS, false, { ref: false })])) return;
      await delivery.record({ identity, facts }, rpc.sendOpts({ timeout: HANDOVER_TIMEOUT_MS }));
    },
  };
}
