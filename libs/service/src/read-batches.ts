import { sql } from 'kysely';
import type { QueryExecutorProvider } from 'kysely';

const ROWS_PER_BATCH = 500;

/** Reads the ids in a column of a table in ascending order, a batch at a time. */
export async function* readIdsInBatches(
  database: QueryExecutorProvider,
  table: string,
  column: string,
): AsyncGenerator<readonly string[]> {
  const id = sql.ref(column);
  for (let after = ''; ;) {
    const { rows } = await sql<{ id: string }>`
      select ${id} as id from ${sql.table(table)} where ${id} > ${after} order by ${id} limit ${ROWS_PER_BATCH}`.execute(
      database,
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => row.id);
    after = last.id;
  }
}
