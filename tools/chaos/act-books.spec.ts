import { describe, expect, it } from '@jest/globals';
import { PARTICIPANT_ACTS } from '@bff/contracts';
import { ACT_BOOKS, checkActs, listBooks, findOpen } from './act-books.js';
import type { ReadBook } from './act-books.js';
import { isRed } from './finding.js';
import { CLEARANCE_BOOK } from './second-act.js';

const orders = new Map([
  ['a-b-1', 'CONFIRMED'],
  ['a-b-2', 'REJECTED'],
  ['a-b-3', 'CANCELLED'],
]);

/** The books after a confirmed, an undone and a cancelled order, with the given exceptions. */
function buildBooksWith(otherwise: Readonly<Record<string, Readonly<Record<string, string>>>> = {}): ReadBook[] {
  return [...ACT_BOOKS, CLEARANCE_BOOK].map((book) => {
    const { do: done = '', undo = '', finish = done, revoke = undo } = book.states;
    const entries = { 'a-b-1': finish, 'a-b-2': undo, 'a-b-3': revoke, ...otherwise[book.act.do] };
    return { ...book, entries: new Map(Object.entries(entries)) };
  });
}

const findRed = (books: readonly ReadBook[]) => checkActs(orders, books).filter(isRed);

describe('the books of chaos', () => {
  it('are right when every act ended as its order did', () => {
    expect(findRed(buildBooksWith())).toEqual([]);
    expect(findOpen(buildBooksWith())).toEqual([]);
  });

  it('are red when a second act of a service was not undone', () => {
    expect(findRed(buildBooksWith({ clearFraud: { 'a-b-2': 'CLEARED' } }))).toEqual([
      {
        rule: 'what was done for a rejected order was undone: customer.clearFraud',
        cases: 1,
        violations: ['order a-b-2: customer.clearFraud is CLEARED'],
      },
    ]);
  });

  it.each([
    ['reserveStock', 'a-b-1', 'RESERVED'],
    ['reserveStock', 'a-b-2', 'COMMITTED'],
    ['authorisePayment', 'a-b-2', 'AUTHORISED'],
    ['authorisePayment', 'a-b-3', 'CAPTURED'],
    ['clearFraud', 'a-b-1', 'WITHDRAWN'],
  ])('are red when %s of %s is %s', (act, id, state) => {
    expect(findRed(buildBooksWith({ [act]: { [id]: state } }))).toHaveLength(1);
  });

  it('name an act that was neither undone nor made final', () => {
    expect(findOpen(buildBooksWith({ reserveStock: { 'a-b-1': 'RESERVED' } }))).toEqual([
      'catalog.reserveStock of order a-b-1 is RESERVED',
    ]);
  });

  it('are red when they were checked against no order', () => {
    const findings = checkActs(new Map(), buildBooksWith());
    expect(findings.filter((finding) => !isRed(finding))).toEqual([]);
  });

  it('are required for every act', () => {
    expect(ACT_BOOKS.map(({ act }) => act)).toEqual(Object.values(PARTICIPANT_ACTS).flat());
    const customer = [...PARTICIPANT_ACTS.customer, { do: 'fileReport' }];
    expect(() => listBooks({ ...PARTICIPANT_ACTS, customer })).toThrow('No book is known for customer.fileReport');
  });
});
