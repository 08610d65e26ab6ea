import { Inject, Injectable } from '@nestjs/common';
import type { AnswerOf, Reservation, ReservationLine } from '@bff/contracts';
import { Rejection } from '@bff/kernel';
import { DATABASE, EventWriter, WRITES } from '@bff/service';
import type { Kysely, Transaction } from 'kysely';
import type { CatalogTables, ReservationState } from '../catalog.tables.js';
import { giveBack, sell, take, takeBack } from './stock.js';

type Tx = Transaction<CatalogTables>;

/** The reservations of orders: RESERVED first, then RELEASED, COMMITTED, EXPIRED or RETURNED. */
@Injectable()
export class ReservationStore {
  constructor(
    @Inject(DATABASE) private readonly database: Kysely<CatalogTables>,
    @Inject(WRITES) private readonly writes: Kysely<CatalogTables>,
    private readonly events: EventWriter,
  ) {}

  async findByOrderIds(orderIds: readonly string[]): Promise<Reservation[]> {
    return findReservations(this.database, orderIds);
  }

  /** Throws Rejection OUT_OF_STOCK, PRODUCT_UNAVAILABLE, RESERVATION_EXPIRED or RESERVATION_EXISTS. */
  async reserve(tx: Tx, orderId: string, lines: readonly ReservationLine[], expiresAt: Date): Promise<Reservation> {
    const wanted = mergeLines(lines);
    const existing = await findForUpdate(tx, orderId);
    if (existing) return acceptExisting(existing, wanted);
    await take(tx, wanted);
    await tx
      .insertInto('reservations')
      .values({ order_id: orderId, state: 'RESERVED', expires_at: expiresAt })
      .execute();
    await tx
      .insertInto('reservation_lines')
      .values(wanted.map((line) => ({ order_id: orderId, product_id: line.productId, quantity: line.quantity })))
      .execute();
    return { orderId, state: 'RESERVED', lines: wanted, expiresAt: expiresAt.toISOString() };
  }

  /** Throws Rejection RESERVATION_COMMITTED. */
  async release(tx: Tx, orderId: string): Promise<AnswerOf<'catalog', 'releaseStock'>> {
    const reservation = await findForUpdate(tx, orderId);
    if (reservation?.state === 'COMMITTED')
      throw new Rejection('RESERVATION_COMMITTED', `The stock of order ${orderId} is sold and cannot be released.`);
    if (reservation?.state !== 'RESERVED') return { orderId, released: false };
    await giveBack(tx, reservation.lines);
    await setState(tx, orderId, 'RELEASED');
    return { orderId, released: true };
  }

  /** Throws Rejection RESERVATION_MISSING, or OUT_OF_STOCK when it expired and other orders took the stock. */
  async commit(tx: Tx, orderId: string): Promise<Reservation> {
    const reservation = await findForUpdate(tx, orderId);
    if (!reservation || reservation.state === 'RELEASED' || reservation.state === 'RETURNED')
      throw new Rejection('RESERVATION_MISSING', `Nothing is reserved for order ${orderId}.`);
    if (reservation.state === 'COMMITTED') return reservation;
    // The order is confirmed, so it gets the product even if it was discontinued in the meantime.
    if (reservation.state === 'EXPIRED') await take(tx, reservation.lines, { evenDiscontinued: true });
    await sell(tx, reservation.lines);
    await setState(tx, orderId, 'COMMITTED');
    return { ...reservation, state: 'COMMITTED' };
  }

  /** Returns sold stock. A reservation that was not committed is released instead. */
  async return(tx: Tx, orderId: string): Promise<AnswerOf<'catalog', 'returnStock'>> {
    const reservation = await findForUpdate(tx, orderId);
    if (reservation?.state !== 'COMMITTED') {
      const { released } = await this.release(tx, orderId);
      return { orderId, returned: released };
    }
    await takeBack(tx, reservation.lines);
    await setState(tx, orderId, 'RETURNED');
    return { orderId, returned: true };
  }

  /** The orders whose reservations are past their expiry and still hold stock, the oldest first. */
  async findLapsed(): Promise<string[]> {
    const rows = await this.database
      .selectFrom('reservations')
      .select('order_id')
      .where('state', '=', 'RESERVED')
      .where('expires_at', '<', new Date())
      .orderBy('expires_at')
      .limit(1_000)
      .execute();
    return rows.map((row) => row.order_id);
  }

  /** Releases the stock of an expired reservation, unless it was committed or released in the meantime. */
  async expire(orderId: string): Promise<void> {
    await this.writes.transaction().execute(async (tx) => {
      const reservation = await findForUpdate(tx, orderId);
      if (reservation?.state !== 'RESERVED') return;
      await giveBack(tx, reservation.lines);
      await setState(tx, orderId, 'EXPIRED');
      await this.events.write(tx, orderId, { type: 'ReservationExpired', data: {} });
    });
    this.events.notifyCommitted();
  }
}

/** A second reservation of the same order, with another idempotency key, is accepted when its lines are the same. */
function acceptExisting(existing: Reservation, wanted: readonly ReservationLine[]): Reservation {
  if (existing.state === 'EXPIRED')
    throw new Rejection('RESERVATION_EXPIRED', `The reservation of order ${existing.orderId} has expired.`);
  if (JSON.stringify(existing.lines) !== JSON.stringify(wanted))
    throw new Rejection('RESERVATION_EXISTS', `Order ${existing.orderId} holds a reservation of other lines.`);
  return existing;
}

/** Merges the lines of the same product, and sorts them by product. */
function mergeLines(lines: readonly ReservationLine[]): ReservationLine[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity })).sort(compareByProduct);
}

function compareByProduct(a: ReservationLine, b: ReservationLine): number {
  return a.productId < b.productId ? -1 : 1;
}

async function findForUpdate(tx: Tx, orderId: string): Promise<Reservation | undefined> {
  await tx.selectFrom('reservations').select('order_id').where('order_id', '=', orderId).forUpdate().execute();
  return (await findReservations(tx, [orderId]))[0];
}

async function setState(tx: Tx, orderId: string, state: ReservationState): Promise<void> {
  await tx.updateTable('reservations').set({ state }).where('order_id', '=', orderId).execute();
}

export async function findReservations(db: Kysely<CatalogTables>, orderIds: readonly string[]): Promise<Reservation[]> {
  const rows = await db
    .selectFrom('reservations as r')
    .innerJoin('reservation_lines as l', 'l.order_id', 'r.order_id')
    .select(['r.order_id', 'r.state', 'r.expires_at', 'l.product_id', 'l.quantity'])
    .where('r.order_id', 'in', orderIds)
    .execute();
  return [...Map.groupBy(rows, (row) => row.order_id)].map(([orderId, [first, ...rest]]) => {
    if (!first) throw new Error('Map.groupBy made an empty group');
    const lines = [first, ...rest]
      .map((row) => ({ productId: row.product_id, quantity: row.quantity }))
      .sort(compareByProduct);
    return { orderId, state: first.state, lines, expiresAt: first.expires_at.toISOString() };
  });
}
