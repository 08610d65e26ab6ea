import { afterEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { document, playOver } from '@bff/testing';
import type { ScenarioWorld } from '@bff/testing';
import { order, products, startBffWorld } from './bff.fixture.js';

let world: ScenarioWorld | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await world?.close();
  world = undefined;
});

interface Prices {
  readonly orderPage: { readonly lines: readonly object[] } | null;
}

const Prices = document<Prices>('{ orderPage(orderId: "o-7") { lines { product { price { amount } } } } }');

it('logs a trouble once, however many fields it keeps from being there', async () => {
  const open = (world = await startBffWorld());
  const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  await playOver(open, 'one-trouble', async (t) => {
    t.seed({ catalog: { products: products(6) }, order: { orders: [order('o-7', 6)] } });
    t.catalog.getProducts.fail({ status: 503 });
    const { errors } = await t.as('ada').gql(Prices);
    expect(errors).toHaveLength(6);
    expect(warn.mock.calls.filter(([line]) => String(line).includes('catalog'))).toHaveLength(1);
  });
});
