import { describe, expect, it } from '@jest/globals';
import { saga } from '@bff/saga';
import type { Downstreams } from '@bff/downstreams';
import { createDrill, findFailures } from './drill.js';
import { declareTests } from '../scenarios/declare-tests.js';

const nothing = saga<Downstreams, null, null>(
  { name: 'Nothing', version: 1, deadline: { seconds: 1 }, subject: () => '' },
  () => Promise.resolve(null),
);

describe('a drill or a table without cases', () => {
  it('is refused where a drill is rehearsed', async () => {
    await expect(findFailures(nothing, null, [])).rejects.toThrow('The drill of Nothing has no case');
  });

  it('is refused for a saga without steps', async () => {
    await expect(createDrill(nothing, { request: null, rejectLate: () => undefined })).rejects.toThrow(
      'Nothing has no step',
    );
  });

  it('is refused as a table of scenarios', () => {
    const scenario = declareTests(() => Promise.resolve());
    expect(() => scenario.each([])('an order is confirmed', () => undefined)).toThrow(
      '"an order is confirmed" has no case',
    );
  });
});
