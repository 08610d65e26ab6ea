import { createHash } from 'node:crypto';
import pg from 'pg';
import { SERVICES } from '@bff/contracts';

/** What has a database each: the apps that own one, and the event log. */
const OWNERS = [...SERVICES, 'orchestrator', 'events'] as const;

export type DatabaseUrls = Readonly<Record<(typeof OWNERS)[number], string>>;

/** The URLs of their databases on a server. The prefix keeps the stacks that share a server apart. */
export function buildDatabaseUrls(adminUrl: string, prefix = ''): DatabaseUrls {
  const buildUrl = (owner: string): string => {
    const database = new URL(adminUrl);
    database.pathname = `/${prefix}${owner}`;
    return database.href;
  };
  // One for each of OWNERS.
  return Object.fromEntries(OWNERS.map((owner) => [owner, buildUrl(owner)])) as DatabaseUrls;
}

/** The prefix of a stack's databases on a server that it shares: the same for the same data folder. */
export function buildDatabasePrefix(dataDir: string): string {
  return `bff_${createHash('sha256').update(dataDir).digest('hex').slice(0, 10)}_`;
}

/** Makes the databases that are missing. */
export async function ensureDatabases(adminUrl: string, prefix = ''): Promise<void> {
  await useServer(adminUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const present = new Set(rows.map((row) => row.datname));
    for (const name of OWNERS.map((owner) => `${prefix}${owner}`))
      if (!present.has(name)) await client.query(`create database ${client.escapeIdentifier(name)}`);
  });
}

async function useServer(adminUrl: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 });
  // A server that dies under the client must not end this process: the query rejects, too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
