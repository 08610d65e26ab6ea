import { expect, it } from '@jest/globals';
import { isDateTime } from './date-time.js';

it.each([
  ['1998-05-06T00:00:00Z', true],
  ['1998-05-06T00:00:00.123456789Z', true],
  ['1998-05-31T02:00:00+02:00', true],
  ['2016-12-31T23:59:60Z', false],
  ['2016-12-31T15:59:60-08:00', false],
  ['1998-02-29T00:00:00Z', false],
  ['1998-05-06', false],
  ['yesterday', false],
])('%s is a time that a Date can hold: %s', (text, is) => {
  expect(isDateTime(text)).toBe(is);
  if (is) expect(new Date(text).toJSON()).not.toBeNull();
});
