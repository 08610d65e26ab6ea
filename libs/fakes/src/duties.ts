import { Rejection } from '@bff/kernel';
import { computeFingerprint } from './fingerprint.js';

/** A write as a caller sends it. */
export interface Write {
  readonly operation: string;
  /** The order's id. */
  readonly id: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  /** Undefined when the request has none. */
  readonly body?: unknown;
}

/**
 * The effect of a request on the data of a fake:
 * - read: it only read.
 * - applied: it changed something.
 * - nothing: it was accepted, and there was nothing to change.
 * - replayed: a duplicate; the answer is the same, and nothing changed.
 * - refused: it was rejected.
 */
export type Effect = 'read' | 'applied' | 'nothing' | 'replayed' | 'refused';

/** The answer of a fake, and its effect. */
export interface Settled {
  readonly status: number;
  readonly body: object;
  readonly effect: Effect;
}

/** The result of a write: its response body, and whether it changed something. */
export interface Moved {
  readonly body: object;
  readonly moved: boolean;
}

/** A duty that a fake skips on purpose, so that a test can prove that it is missed. */
export type SkippedDuty = 'deduplication' | 'tombstones';

type Direction = 'do' | 'finish' | 'undo';

/**
 * The four duties of a participant, in memory: deduplication by key; an undo of nothing is accepted; undo wins; a rejection is an
 * answer, stored for a do and evaluated again for an undo or a finish.
 */
export class Duties {
  private readonly answers = new Map<string, { readonly fingerprint: string; readonly answer: Settled }>();
  private readonly tombstones = new Set<string>();

  constructor(private readonly skipDuty?: SkippedDuty) {}

  /** False when a fake skips deduplication on purpose. */
  get deduplicate(): boolean {
    return this.skipDuty !== 'deduplication';
  }

  /** Runs a write at most once. `act` throws a Rejection before it changes anything, or changes everything. */
  write(direction: Direction, write: Write, act: () => Moved): Settled {
    const seen = this.deduplicate ? this.answers.get(write.key) : undefined;
    const fingerprint = computeFingerprint([write.operation, write.id, write.body ?? null]);
    if (seen && seen.fingerprint !== fingerprint) return toRefusal(createKeyReused());
    if (direction !== 'undo' && this.tombstones.has(write.id))
      return toRefusal(new Rejection('UNDONE', `Order ${write.id} was undone before this arrived.`));
    if (seen) return seen.answer.status === 200 ? { ...seen.answer, effect: 'replayed' } : seen.answer;
    const answer = performAct(act);
    if (answer.status !== 200 && direction !== 'do') return answer;
    if (direction === 'undo' && this.skipDuty !== 'tombstones') this.tombstones.add(write.id);
    this.answers.set(write.key, { fingerprint, answer });
    return answer;
  }
}

/** The answer to a read. */
export function toReadResult(body: object): Settled {
  return { status: 200, body, effect: 'read' };
}

function performAct(act: () => Moved): Settled {
  try {
    const { body, moved } = act();
    return { status: 200, body, effect: moved ? 'applied' : 'nothing' };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return toRefusal(error);
  }
}

function toRefusal({ status, code, message, details }: Rejection): Settled {
  const body = Object.keys(details).length > 0 ? { code, message, details } : { code, message };
  return { status, body, effect: 'refused' };
}

function createKeyReused(): Rejection {
  return new Rejection('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key came with another request before.', {}, 422);
}
