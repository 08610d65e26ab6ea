import DataLoader from 'dataloader';

/**
 * A loader over a batch endpoint that leaves unknown ids out and promises no order: one call for all ids of a wave,
 * null for those that are not there.
 */
export function createBatchLoader<T>(
  name: string,
  /** The most ids that the endpoint takes in one call, by its contract. */
  maxBatchSize: number,
  fetch: (ids: readonly string[]) => Promise<readonly T[]>,
  getId: (item: T) => string,
): DataLoader<string, T | null> {
  return new DataLoader<string, T | null>(
    async (ids) => {
      const found = new Map((await fetch(ids)).map((item) => [getId(item), item]));
      return ids.map((id) => found.get(id) ?? null);
    },
    { name, maxBatchSize },
  );
}
