import { describe, expect, it } from '@jest/globals';
import { PARTICIPANT_ACTS } from '@bff/contracts';
import type { ParticipantAct, ServiceName } from '@bff/contracts';
import { createParticipantBench } from './participant-suite.bench.js';
import type { ActCase, ParticipantBench, ParticipantSuite } from './participant-suite.bench.js';
import { describeDoing, describeRejecting } from './participant-suite.doing.js';
import { describeFinishing } from './participant-suite.finishing.js';
import { describeRevoking } from './participant-suite.revoking.js';
import { describeUndoing } from './participant-suite.undoing.js';

/**
 * Proves the four duties of a participant over HTTP, at any address, for each of its acts, and checks every response against the
 * contract. It knows nothing of how the participant is made: a real service and a fake must both pass it.
 */
export function testParticipant<S extends ServiceName>(participant: ParticipantSuite<S>): void {
  const { service, acts } = participant;
  describe(`the ${service} service as a participant`, () => {
    it('is held to every act that it has', () => {
      expect(acts.map(toAct)).toEqual(PARTICIPANT_ACTS[service]);
    });
  });
  for (const act of acts) actSuite(createParticipantBench(participant, act));
}

/** The duties of one act, as far as it can be undone, made final and taken back. */
export function actSuite(bench: ParticipantBench): void {
  describeDoing(bench);
  describeUndoing(bench);
  describeRejecting(bench);
  describeFinishing(bench);
  describeRevoking(bench);
}

/** The writes of a case, as PARTICIPANT_ACTS names them. */
function toAct<S extends ServiceName>({ do: act, undo, finish, revoke }: ActCase<S>): ParticipantAct {
  return {
    do: act.operation,
    ...(undo && { undo: undo.operation }),
    ...(finish && { finish: finish.operation }),
    ...(revoke && { revoke: revoke.operation }),
  };
}
