import { afterAll, beforeAll, describe } from '@jest/globals';
import { Fakes, createNorthwindSeed } from '@bff/fakes';
import type { AnswerOf } from '@bff/contracts';
import { createServiceCaller } from './contract-suite.caller.js';
import { createParticipantBench } from './participant-suite.bench.js';
import { actSuite } from './participant-suite.js';
import { catalogParticipant } from './participants/catalog.participant.js';

let fakes: Fakes;
beforeAll(async () => {
  fakes = await Fakes.start({ seed: createNorthwindSeed(), unknownScopes: 'create' });
});
afterAll(() => fakes.close());

const getUrl = () => fakes.urls.catalog;
const call = createServiceCaller('catalog', getUrl);

async function readLedger(): Promise<unknown> {
  const { body } = await call('getProducts', { query: { ids: '40,75' } });
  // The caller checked it against the contract.
  const { items } = body as AnswerOf<'catalog', 'getProducts'>;
  return items.map(({ id, onHand, reserved, sold }) => ({ id, onHand, reserved, sold }));
}

// What a service does need not be undone, made final or taken back: the suite holds an act to what it has.
describe.each([
  ['with an undo alone', ['undo']],
  ['that is only made final', ['finish']],
  ['that is only taken back', ['revoke']],
  ['with nothing else', []],
] as const)('an act %s', (_, has) => {
  for (const { do: act, ...rest } of catalogParticipant.acts) {
    const more = Object.fromEntries(Object.entries(rest).filter(([name]) => has.some((one) => one === name)));
    actSuite(createParticipantBench({ service: 'catalog', url: getUrl, ledger: readLedger }, { do: act, ...more }));
  }
});
