import type { ServiceName } from '@bff/contracts';
import { participantBench } from './participant-suite.bench.js';
import type { ParticipantSuite } from './participant-suite.bench.js';
import { doesOnce, saysNo } from './participant-suite.doing.js';
import { finishes } from './participant-suite.finishing.js';
import { revokes } from './participant-suite.revoking.js';
import { undoes } from './participant-suite.undoing.js';

/**
 * Proves the four duties of a participant over HTTP, at any address, and holds every answer against the contract.
 * It knows nothing of how the participant is made: a real service and a fake must both pass it.
 */
export function participantSuite<S extends ServiceName>(participant: ParticipantSuite<S>): void {
  const bench = participantBench(participant);
  doesOnce(bench);
  undoes(bench);
  saysNo(bench);
  finishes(bench);
  revokes(bench);
}
