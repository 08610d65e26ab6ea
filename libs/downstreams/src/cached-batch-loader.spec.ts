import { expect, it } from '@jest/globals';
import { CachedBatchLoader } from './cached-batch-loader.js';

it('the failure of a read ahead is thrown where its results are asked for, and nowhere else', async () => {
  const failure = new Error('the reader has a bug');
  const loader = new CachedBatchLoader<string>(() => Promise.reject(failure), { name: 'things', maxBatchSize: 2 });
  for (const ids of [['a'], ['b', 'c', 'd']]) {
    await expect(loader.prefetch(ids)).resolves.toBeUndefined();
    for (const id of ids) expect(() => loader.getOrLoad(id)).toThrow(failure);
  }
});
