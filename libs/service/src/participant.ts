import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Rejection } from '@bff/kernel';
import type { RejectionDetails } from '@bff/kernel';
import { sql } from 'kysely';
import type { ControlledTransaction, Kysely, Transaction } from 'kysely';
import { WRITES } from './database.token.js';
import { EventWriter } from './event-writer.js';
import type { ParticipantTables, StoredAnswer } from './participant.tables.js';
import type { Write } from './write.js';

type Direction = 'do' | 'finish' | 'undo';

/** The answer to a write, and whether its transaction wrote an event. */
interface Applied {
  readonly answer: StoredAnswer;
  readonly emitted: boolean;
}

/**
 * The four duties of a participant of sagas, for every write of a service:
 *
 * 1. Deduplication: the same idempotency key with the same request gets the same answer, without a second effect; with another
 *    request it is rejected (422 IDEMPOTENCY_KEY_REUSED).
 * 2. An undo of something that was never done is accepted, and leaves a tombstone.
 * 3. Undo wins: a do or a finish that arrives after the undo is rejected (409 UNDONE).
 * 4. A Rejection is an answer; its effect is rolled back. The rejection of a do is stored. The rejection of an undo or a finish is
 *    not: those must succeed in the end, with the same key, once the reason of the rejection is removed.
 *
 * Key, tombstone, effect and event are written in one transaction, so a crash at any moment leaves all of them or none.
 */
@Injectable()
export class Participant<Tables extends ParticipantTables> {
  constructor(
    @Inject(WRITES) private readonly database: Kysely<Tables>,
    private readonly events: EventWriter,
  ) {}

  /** Does something once. Rejected when it was undone before. */
  do<A extends object>(write: Write, effect: (tx: Transaction<Tables>) => Promise<A>): Promise<A> {
    return this.applyOnce('do', write, effect);
  }

  /** Makes final what was done, once. Rejected when it was undone before. */
  finish<A extends object>(write: Write, effect: (tx: Transaction<Tables>) => Promise<A>): Promise<A> {
    return this.applyOnce('finish', write, effect);
  }

  /** Undoes something once, whether it was done or not; nothing can be done with this id after it. */
  undo<A extends object>(write: Write, effect: (tx: Transaction<Tables>) => Promise<A>): Promise<A> {
    return this.applyOnce('undo', write, effect);
  }

  private async applyOnce<A extends object>(
    direction: Direction,
    write: Write,
    effect: (tx: Transaction<Tables>) => Promise<A>,
  ): Promise<A> {
    const transaction = await this.database.startTransaction().execute();
    // Every service's Tables hold the participant's two; Kysely cannot see that through the type parameter.
    const own = transaction as unknown as ControlledTransaction<ParticipantTables>;
    let applied: Applied;
    try {
      await sql`select pg_advisory_xact_lock(hashtextextended(${write.id}, 0))`.execute(own);
      const stored = await this.findStoredAnswer(own, direction, write);
      applied = stored
        ? { answer: stored, emitted: false }
        : await this.apply(transaction, own, direction, write, effect);
      await transaction.commit().execute();
    } catch (error) {
      await transaction.rollback().execute().catch(ignoreLostConnection);
      throw error;
    }
    const { answer, emitted } = applied;
    if (emitted) this.events.notifyCommitted();
    // The stored body is what this effect, or an earlier run of it, returned.
    if (answer.status === 200) return answer.body as A;
    const { code, message, details } = answer.body as { code: string; message: string; details?: RejectionDetails };
    throw new Rejection(code, message, details, answer.status);
  }

  /** The answer to a known key, or the rejection of what was undone; undefined when the write is new. */
  private async findStoredAnswer(
    tx: ControlledTransaction<ParticipantTables>,
    direction: Direction,
    write: Write,
  ): Promise<StoredAnswer | undefined> {
    const seen = await tx
      .updateTable('idempotency_keys')
      .set((row) => ({ deliveries: row('deliveries', '+', 1) }))
      .where('key', '=', write.key)
      .returning(['fingerprint', 'answer'])
      .executeTakeFirst();
    if (seen && seen.fingerprint !== computeFingerprint(write)) return toStoredAnswer(createKeyReused());
    if (direction !== 'undo') {
      const tombstone = await tx.selectFrom('tombstones').select('id').where('id', '=', write.id).executeTakeFirst();
      if (tombstone)
        return toStoredAnswer(new Rejection('UNDONE', `Order ${write.id} was undone before this arrived.`));
    }
    return seen?.answer;
  }

  private async apply<A extends object>(
    transaction: ControlledTransaction<Tables>,
    own: ControlledTransaction<ParticipantTables>,
    direction: Direction,
    write: Write,
    effect: (tx: Transaction<Tables>) => Promise<A>,
  ): Promise<Applied> {
    const answer = await this.attempt(transaction, effect);
    if (answer.status !== 200 && direction !== 'do') return { answer, emitted: false };
    if (direction === 'undo')
      await own
        .insertInto('tombstones')
        .values({ id: write.id })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    const stored = await own
      .insertInto('idempotency_keys')
      .values({
        key: write.key,
        operation: write.operation,
        id: write.id,
        fingerprint: computeFingerprint(write),
        answer: JSON.stringify(answer),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    // A concurrent write of another order stored the same key first: this one is rolled back.
    if (stored.numInsertedOrUpdatedRows !== 1n) throw createKeyReused();
    return { answer, emitted: await this.events.writeEffect(own, write, answer) };
  }

  /** Runs the effect behind a savepoint, so that a rejection rolls back what it wrote and can still be stored. */
  private async attempt<A extends object>(
    transaction: ControlledTransaction<Tables>,
    effect: (tx: Transaction<Tables>) => Promise<A>,
  ): Promise<StoredAnswer> {
    const guarded = await transaction.savepoint('effect').execute();
    try {
      const body = await effect(guarded);
      await guarded.releaseSavepoint('effect').execute();
      return { status: 200, body };
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      await guarded.rollbackToSavepoint('effect').execute();
      return toStoredAnswer(error);
    }
  }
}

function createKeyReused(): Rejection {
  return new Rejection('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key came with another request before.', {}, 422);
}

function toStoredAnswer({ status, code, message, details }: Rejection): StoredAnswer {
  return { status, body: { code, message, details } };
}

/** The same text for the same request, whatever the order of its properties. */
function computeFingerprint(write: Write): string {
  const canonical = JSON.stringify([write.operation, write.id, write.body ?? null], (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(canonical).digest('hex');
}

/** A rollback fails only when the connection is lost, and then the server rolls back by itself. */
function ignoreLostConnection(): void {
  return undefined;
}
