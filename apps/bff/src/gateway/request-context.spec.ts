import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { document, runScenario } from '@bff/testing';
import type { ScenarioWorld } from '@bff/testing';
import { order, products, startBffWorld } from '../bff.fixture.js';
import { TokenVerifier } from './authentication/token-verifier.js';

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

describe('the context of a request', () => {
  it('logs a failure once, although it is the error of many fields', async () => {
    const open = (world = await startBffWorld());
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    await runScenario(open, 'one-failure', async (t) => {
      t.seed({ catalog: { products: products(6) }, order: { orders: [order('o-7', 6)] } });
      t.catalog.getProducts.fail({ status: 503 });
      const { errors } = await t.as('ada').gql(Prices);
      expect(errors).toHaveLength(6);
      expect(warn.mock.calls.filter(([line]) => String(line).includes('catalog'))).toHaveLength(1);
    });
  });

  it('finds the viewer once, for the limits, the coalescing key and the resolvers alike', async () => {
    const open = (world = await startBffWorld());
    const verify = jest.spyOn(TokenVerifier.prototype, 'verify');
    await runScenario(open, 'one-viewer', async (t) => {
      for (const count of [1, 2]) {
        await t.as('ada').gql(Prices);
        expect(verify).toHaveBeenCalledTimes(count);
      }
    });
  });
});
