import { expect, it } from '@jest/globals';
import { describeNearest } from './router.js';

it('of a very long address only the beginning is compared with those of operations: more would take minutes', () => {
  const nearest = describeNearest('customer', 'GET', `/payments/${'x'.repeat(1_000)}`);
  expect(nearest).toContain('customer.');
  expect(nearest.length).toBeLessThan(500);
});
