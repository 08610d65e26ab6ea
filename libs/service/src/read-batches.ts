const ROWS_PER_BATCH = 500;

/** Reads the ids of a table in ascending order, a batch at a time; `readAfter` reads those after an id. */
export async function* readIdsInBatches(
  readAfter: (after: string, limit: number) => Promise<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  let last: string | undefined = '';
  while (last !== undefined) {
    const ids: readonly string[] = await readAfter(last, ROWS_PER_BATCH);
    if (ids.length > 0) yield ids;
    last = ids.at(-1);
  }
}
