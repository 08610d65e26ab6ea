import pg from 'pg';

/**
 * A connection that waits for notifications, often for hours. A server that accepts it and stays silent fails it after 3 s, and TCP
 * probes notice within half a minute that the server's machine is gone: nothing is sent that would fail otherwise.
 */
export function openListeningClient(databaseUrl: string): pg.Client {
  return new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
}
