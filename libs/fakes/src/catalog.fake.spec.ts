import { afterAll, beforeAll } from '@jest/globals';
import type { AnswerOf } from '@bff/contracts';
import { catalogContract, catalogParticipant, testContract, testParticipant, createServiceCaller } from '@bff/testing';
import { Fakes } from './fakes.js';
import { createNorthwindSeed } from './northwind.seed.js';

const seed = createNorthwindSeed();
let fakes: Fakes;

beforeAll(async () => {
  fakes = await Fakes.start({ seed, unknownScopes: 'create' });
});
afterAll(() => fakes.close());

const url = () => fakes.urls.catalog;
const call = createServiceCaller('catalog', url);

/** The stock of every product. */
async function ledger(): Promise<unknown> {
  const { body } = await call('getProducts', { query: { ids: seed.catalog.products.map(({ id }) => id).join() } });
  // The caller held it against the contract.
  const { items } = body as AnswerOf<'catalog', 'getProducts'>;
  return items.map(({ id, onHand, reserved, sold }) => ({ id, onHand, reserved, sold }));
}

testParticipant({ ...catalogParticipant, url, ledger });
testContract({ ...catalogContract, url });
