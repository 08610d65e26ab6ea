import { expect, it } from '@jest/globals';
import { PageLoader } from './page-loader.js';

it('what went wrong with things that were read ahead is told where they are asked for, and nowhere else', async () => {
  const trouble = new Error('the reader has a bug');
  const loader = new PageLoader<string>(() => Promise.reject(trouble), { name: 'things', maxBatchSize: 2 });
  for (const ids of [['a'], ['b', 'c', 'd']]) {
    await expect(loader.ahead(ids)).resolves.toBeUndefined();
    for (const id of ids) expect(() => loader.now(id)).toThrow(trouble);
  }
});
