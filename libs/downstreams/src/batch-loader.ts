import DataLoader from 'dataloader';

/**
 * Creates a loader over a batch endpoint, which leaves unknown ids out and returns items in any order. Ids that are requested
 * together are one call; an unknown id is null.
 */
export function createBatchLoader<T>(
  name: string,
  /** The maximum number of ids of one call, by the contract of the endpoint. */
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
