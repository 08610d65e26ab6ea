import { afterAll, beforeAll } from '@jest/globals';
import type { AnswerOf, Order } from '@bff/contracts';
import { sum } from '@bff/kernel';
import { testContract, orderContract, orderParticipant, testParticipant, createServiceCaller } from '@bff/testing';
import { Fakes } from './fakes.js';
import { createNorthwindSeed } from './northwind.seed.js';

let fakes: Fakes;

beforeAll(async () => {
  fakes = await Fakes.start({ seed: createNorthwindSeed(), unknownScopes: 'create' });
});
afterAll(() => fakes.close());

const url = () => fakes.urls.order;
const call = createServiceCaller('order', url);

/** How many orders are pending and confirmed, and what they come to. One that was rejected is kept, and holds nothing. */
async function ledger(): Promise<unknown> {
  const orders = await ordersOfAlfki();
  const inState = (status: Order['status']) => {
    const found = orders.filter((order) => order.status === status);
    return {
      count: found.length,
      lines: found.flatMap(({ lines }) => lines).length,
      total: sum(found.map(({ total }) => total)),
    };
  };
  return { pending: inState('PENDING'), confirmed: inState('CONFIRMED') };
}

async function ordersOfAlfki(): Promise<Order[]> {
  const orders: Order[] = [];
  let after: string | null | undefined;
  while (after !== null) {
    const query = { first: 100, ...(after !== undefined && { after }) };
    const { body } = await call('listOrdersOfCustomer', { path: { customerId: 'ALFKI' }, query });
    // The caller held it against the contract.
    const page = body as AnswerOf<'order', 'listOrdersOfCustomer'>;
    orders.push(...page.items);
    after = page.nextCursor;
  }
  return orders;
}

testParticipant({ ...orderParticipant, url, ledger });
testContract({ ...orderContract, url });
