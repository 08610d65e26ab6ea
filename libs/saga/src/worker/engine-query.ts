/** Runs a SQL query on the engine's admin API. Throws when the engine does not answer. */
export async function queryEngine<Row>(engineAdminUrl: string, query: string): Promise<readonly Row[]> {
  const response = await fetch(`${engineAdminUrl}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok)
    throw new Error(
      `The engine at ${engineAdminUrl} did not answer a query: ${response.status} ${await response.text()}`,
    );
  // The columns are those of the query.
  const { rows } = (await response.json()) as { readonly rows: readonly Row[] };
  return rows;
}
