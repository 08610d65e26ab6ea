import { expect } from '@jest/globals';
import { scenarios } from '@bff/testing';
import { CreateOrder, OrderPage, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';

const scenario = scenarios(startScenarioWorld);

scenario('the page survives a customer service that is down', async (t) => {
  t.customer.getCustomers.fail('reset');
  const { data, errors } = await t.as('ada').gql(OrderPage, { orderId: 'o-1' });
  expect(data.orderPage.id).toBe('o-1');
  expect(errors).toEqual([{ code: 'DOWNSTREAM_UNAVAILABLE', path: 'orderPage.customer', downstream: 'customer' }]);
});

scenario('a declined card releases the stock', async (t) => {
  t.customer.authorisePayment.reply(409, { code: 'PAYMENT_DECLINED', message: 'Insufficient funds' });
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  expect(data.createOrder).toMatchObject({ __typename: 'PaymentDeclined' });
  t.callLog.expectSteps(
    'order.openOrder',
    'catalog.reserveStock',
    'customer.authorisePayment x409',
    'customer.voidPayment',
    'catalog.releaseStock',
    'order.rejectOrder',
  );
});

// What drill.spec.ts does with every step and every fault, here with two of each.
const drill = ['reserve the stock', 'capture the payment'].flatMap((step) =>
  (['reset', 'kill-orchestrator'] as const).map((fault) => ({ step, fault })),
);
scenario.each(drill)('no debt is left when $step meets $fault', async (t, { step, fault }) => {
  t.step(step).fail(fault, fault, 'ok');
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs() });
  await t.placed(data.createOrder.orderId).reaches('CONFIRMED');
  await t.callLog.expectBalanced();
});
