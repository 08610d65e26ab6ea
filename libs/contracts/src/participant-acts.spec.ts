import { describe, expect, it } from '@jest/globals';
import { getContract } from './contract.js';
import { findMisplacedWrites, PARTICIPANT_ACTS, findAct } from './participant-acts.js';
import type { ParticipantAct } from './participant-acts.js';
import type { ServiceName } from './services.js';

const services = Object.keys(PARTICIPANT_ACTS) as readonly ServiceName[];

describe('the acts of participants', () => {
  it.each(services)('of %s name every write of its contract, each once', (service) => {
    const { operations } = getContract(service);
    const writes = [...operations.values()].filter(({ method }) => method !== 'GET').map(({ id }) => id);
    expect(writes.length).toBeGreaterThan(0);
    expect(findMisplacedWrites(PARTICIPANT_ACTS[service], writes)).toEqual([]);
  });

  it('are incomplete when a write is new, gone, or named twice', () => {
    const acts: readonly ParticipantAct[] = [
      { do: 'pay', undo: 'void' },
      { do: 'clear', undo: 'void' },
    ];
    expect(findMisplacedWrites(acts, ['pay', 'void', 'withdraw'])).toEqual([
      'withdraw belongs to no act',
      'clear is no write of the contract',
      'void belongs to several acts',
    ]);
  });

  it('say what a write is to which of them', () => {
    const clear = { do: 'clear', undo: 'withdraw' };
    expect(findAct([{ do: 'pay', finish: 'capture' }, clear], 'withdraw')).toEqual({ act: clear, role: 'undo' });
    expect(findAct([clear], 'capture')).toBeUndefined();
  });
});
