import * as restate from '@restatedev/restate-sdk';
import type { SagaFact } from './fact.js';
import type { SagaIdentity, Timeline } from './timeline.js';

/** All that is to be written down of a saga that has ended. */
export interface Recording {
  readonly identity: SagaIdentity;
  readonly facts: readonly SagaFact[];
}

/** A saga that has ended sends its facts to it: the engine delivers them until they are written down. */
export interface Scribe {
  record(context: restate.Context, recording: Recording): Promise<null>;
}

/** Under this name the engine finds it. */
export const SCRIBE = { name: 'SagaScribe' } as const;

export function scribeOf(timeline: Timeline): restate.ServiceDefinition<string, Scribe> {
  return restate.service({
    ...SCRIBE,
    handlers: {
      record: async (_context: restate.Context, { identity, facts }: Recording): Promise<null> => {
        await timeline.record(identity, facts);
        return null;
      },
    },
    options: { journalRetention: 0 },
  });
}
