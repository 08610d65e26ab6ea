import { afterAll, beforeAll } from '@jest/globals';
import type { AnswerOf, Payment } from '@bff/contracts';
import { sum } from '@bff/kernel';
import {
  testContract,
  customerContract,
  customerParticipant,
  testParticipant,
  createServiceCaller,
} from '@bff/testing';
import { getOrderId } from './call.js';
import { Fakes } from './fakes.js';
import { createNorthwindSeed } from './northwind.seed.js';

let fakes: Fakes;

beforeAll(async () => {
  fakes = await Fakes.start({ seed: createNorthwindSeed(), unknownScopes: 'create' });
});
afterAll(() => fakes.close());

const url = () => fakes.urls.customer;
const call = createServiceCaller('customer', url);

/** What is left of each payment method, and what was authorised and captured of them in all. */
async function ledger(): Promise<unknown> {
  const { body } = await call('getCustomers', { query: { ids: 'ALFKI' } });
  // The caller checked it against the contract.
  const { items } = body as AnswerOf<'customer', 'getCustomers'>;
  const payments = await paymentsWritten();
  const inState = (state: Payment['state']) =>
    sum(payments.filter((payment) => payment.state === state).map(({ amount }) => amount));
  return {
    methods: items.flatMap(({ paymentMethods }) => paymentMethods),
    authorised: inState('AUTHORISED'),
    captured: inState('CAPTURED'),
  };
}

/** No operation lists all payments, so the orders come from the call log. */
async function paymentsWritten(): Promise<Payment[]> {
  const { calls } = fakes.getOrBeginScope('default').callLog;
  const ids = [...new Set(calls.flatMap((call) => getOrderId(call) ?? []))];
  const payments: Payment[] = [];
  while (ids.length > 0) {
    const { body } = await call('getPayments', { query: { orderIds: ids.splice(0, 100).join() } });
    payments.push(...(body as AnswerOf<'customer', 'getPayments'>).items);
  }
  return payments;
}

testParticipant({ ...customerParticipant, url, ledger });
testContract({ ...customerContract, url });
