import { describe, expect, it } from '@jest/globals';
import { isPromise } from './is-promise.js';

describe('a promise', () => {
  it.each<[string, unknown, boolean]>([
    ['is one of the platform', Promise.resolve(), true],
    ['is anything with a `then` function', { then: () => undefined }, true],
    ['is no thing whose `then` is data', { then: 'later' }, false],
    ['is neither undefined', undefined, false],
    ['nor null', null, false],
    ['nor text', 'then', false],
  ])('%s', (_, value, expected) => expect(isPromise(value)).toBe(expected));
});
