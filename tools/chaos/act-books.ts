import { PARTICIPANT_ACTS } from '@bff/contracts';
import type { ActRole, ParticipantAct, ParticipantActs, ServiceName } from '@bff/contracts';
import type pg from 'pg';
import { checkRule } from './finding.js';
import type { Finding } from './finding.js';

/** The table in which a service keeps the state of one of its acts, by order. */
export interface ActBook {
  readonly service: ServiceName;
  /** Of PARTICIPANT_ACTS. */
  readonly act: ParticipantAct;
  readonly table: string;
  /** The columns of the order's id, and of its state. */
  readonly columns: readonly [id: string, state: string];
  /** The state after each write of the act took effect. */
  readonly states: Readonly<Partial<Record<ActRole, string>>>;
}

type Page = Omit<ActBook, 'service' | 'act'>;

/** By service and the write that does it. */
const PAGES: Readonly<Record<string, Page>> = {
  'order.openOrder': {
    table: 'orders',
    columns: ['id', 'status'],
    states: { do: 'PENDING', undo: 'REJECTED', finish: 'CONFIRMED', revoke: 'CANCELLED' },
  },
  'catalog.reserveStock': {
    table: 'reservations',
    columns: ['order_id', 'state'],
    states: { do: 'RESERVED', undo: 'RELEASED', finish: 'COMMITTED', revoke: 'RETURNED' },
  },
  'customer.authorisePayment': {
    table: 'payments',
    columns: ['order_id', 'state'],
    states: { do: 'AUTHORISED', undo: 'VOIDED', finish: 'CAPTURED', revoke: 'REFUNDED' },
  },
};

/** A book for every act of every participant. Throws for an act without one: nothing would check that act. */
export function listBooks(acts: ParticipantActs): readonly ActBook[] {
  return Object.entries(acts).flatMap(([name, ofService]) =>
    ofService.map((act) => {
      const page = PAGES[`${name}.${act.do}`];
      if (!page) throw new Error(`No book is known for ${name}.${act.do}: add its table and its states`);
      // The acts are listed by service.
      return { service: name as ServiceName, act, ...page };
    }),
  );
}

/** The books of the product. */
export const ACT_BOOKS = listBooks(PARTICIPANT_ACTS);

/** What a book holds at the end: its state by order. */
export interface ReadBook extends ActBook {
  readonly entries: ReadonlyMap<string, string>;
}

/** Orders of a run have ids of their own kind: those of the sample data are numbers. */
const OURS = '%-%-%';

export function readBooks(
  stores: Readonly<Record<ServiceName, pg.Pool>>,
  books: readonly ActBook[],
): Promise<ReadBook[]> {
  return Promise.all(
    books.map(async (book) => {
      const [id, state] = book.columns;
      const { rows } = await stores[book.service].query<{ id: string; state: string }>(
        `select ${id} as id, ${state} as state from ${book.table} where ${id} like $1`,
        [OURS],
      );
      return { ...book, entries: new Map(rows.map((row) => [row.id, row.state])) };
    }),
  );
}

/** The acts that were done, and neither undone nor made final, as text. */
export function findOpen(books: readonly ReadBook[]): string[] {
  return books.flatMap((book) =>
    [...book.entries]
      .filter(([, state]) => book.act.finish !== undefined && state === book.states.do)
      .map(([id, state]) => `${formatName(book)} of order ${id} is ${state}`),
  );
}

/** Checks every act of every order against the outcome of the order: REJECTED, CONFIRMED or CANCELLED. */
export function checkActs(orders: ReadonlyMap<string, string>, books: readonly ReadBook[]): Finding[] {
  const findOrders = (status: string) => [...orders].filter(([, one]) => one === status).map(([id]) => id);
  const [rejected, confirmed, cancelled] = [findOrders('REJECTED'), findOrders('CONFIRMED'), findOrders('CANCELLED')];
  return books.flatMap((book) => {
    const { act, states, entries } = book;
    const describe = (id: string) => `order ${id}: ${formatName(book)} is ${entries.get(id) ?? 'not there'}`;
    const is =
      (...expected: readonly (string | undefined)[]) =>
      (id: string) =>
        expected.includes(entries.get(id));
    // An act without an undo, or without a revocation, has no such rule.
    const undone =
      act.undo === undefined
        ? []
        : [
            checkRule(
              `what was done for a rejected order was undone: ${formatName(book)}`,
              rejected,
              is(states.undo, undefined),
              describe,
            ),
          ];
    const taken =
      act.revoke === undefined
        ? []
        : [
            checkRule(
              `what a cancelled order took was given back: ${formatName(book)}`,
              cancelled,
              is(states.revoke),
              describe,
            ),
          ];
    return [
      ...undone,
      checkRule(
        `what a confirmed order needs was done and made final: ${formatName(book)}`,
        confirmed,
        is(states.finish ?? states.do),
        describe,
      ),
      ...taken,
    ];
  });
}

function formatName({ service, act }: ActBook): string {
  return `${service}.${act.do}`;
}
