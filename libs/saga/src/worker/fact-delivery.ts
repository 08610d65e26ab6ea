import { setTimeout as sleep } from 'node:timers/promises';
import * as restate from '@restatedev/restate-sdk';
import { connect, rpc } from '@restatedev/restate-sdk-clients';
import type { SagaFact } from '../core/fact.js';
import type { SagaIdentity, Timeline } from '../core/timeline.js';

/** What is to be written down of a saga. */
interface Recording {
  readonly identity: SagaIdentity;
  readonly facts: readonly SagaFact[];
}

/** Writes down what the engine brings, which brings it until it is written. */
interface FactDelivery {
  record(context: restate.Context, recording: Recording): Promise<null>;
}

/** Under this name the engine finds it. */
const FACT_DELIVERY = { name: 'SagaScribe' } as const;

/** So long a saga that has ended waits until its facts are written, in milliseconds; then the engine takes them. */
const WRITE_TIMEOUT_MS = 300;

/** The longest that the engine may take for it, in milliseconds. */
const HANDOVER_TIMEOUT_MS = 3_000;

/** A worker's scribe. */
export function createFactDelivery(timeline: Timeline): restate.ServiceDefinition<string, FactDelivery> {
  return restate.service({
    ...FACT_DELIVERY,
    handlers: {
      record: async (_context: restate.Context, { identity, facts }: Recording): Promise<null> => {
        await timeline.record(identity, facts);
        return null;
      },
    },
    options: { journalRetention: 0 },
  });
}

/**
 * A timeline on which a saga can end while its database is away: the engine takes the facts that are not written soon, and
 * brings them to a scribe until they are. Its `record` rejects when the engine does not take them, either.
 */
export function withFactDelivery(timeline: Timeline, engineIngressUrl: string): Timeline {
  const ingress = connect({ url: engineIngressUrl });
  const scribe = ingress.serviceSendClient<restate.ServiceDefinition<string, FactDelivery>>(FACT_DELIVERY);
  return {
    enqueue: (saga, fact) => {
      timeline.enqueue(saga, fact);
    },
    async record(identity, facts) {
      const written = timeline.record(identity, facts).then(
        () => true,
        () => false,
      );
      if (await Promise.race([written, sleep(WRITE_TIMEOUT_MS, false, { ref: false })])) return;
      await scribe.record({ identity, facts }, rpc.sendOpts({ timeout: HANDOVER_TIMEOUT_MS }));
    },
  };
}
