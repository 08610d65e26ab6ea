import { describe, expect, it } from '@jest/globals';
import { saga } from '@bff/saga';
import type { Downstreams } from '@bff/downstreams';
import { createDrill, findFailures } from './drill.js';
import { playing } from '../scenarios/declare-tests.js';

const nothing = saga<Downstreams, null, null>(
  { name: 'Nothing', version: 1, deadline: { seconds: 1 }, subject: () => '' },
  () => Promise.resolve(null),
);

describe('what saw no case', () => {
  it('is no drill that found nothing', async () => {
    await expect(findFailures(nothing, null, [])).rejects.toThrow('The drill of Nothing has no case');
  });

  it('is no drill of a saga without steps', async () => {
    await expect(createDrill(nothing, { request: null, rejectLate: () => undefined })).rejects.toThrow(
      'Nothing has no step',
    );
  });

  it('is no table of scenarios', () => {
    const scenario = playing(() => Promise.resolve());
    expect(() => scenario.each([])('everything is well', () => undefined)).toThrow('"everything is well" has no case');
  });
});
