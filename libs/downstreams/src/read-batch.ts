import { isId } from '@bff/kernel';

/**
 * Reads a batch by id. Text that cannot be an id is left out: the service would reject the whole batch because of it.
 */
export function readBatch<T>(
  ids: readonly string[],
  read: (ids: string[]) => Promise<{ readonly items: readonly T[] }>,
): Promise<readonly T[]> {
  const askable = ids.filter(isId);
  return askable.length === 0 ? Promise.resolve([]) : read(askable).then(getItems);
}

function getItems<T>({ items }: { readonly items: readonly T[] }): readonly T[] {
  return items;
}
