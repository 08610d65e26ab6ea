import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The variable in which the run's global set-up leaves the server's URL. */
export const TEST_POSTGRES_URL = 'TEST_POSTGRES_URL';

/** Makes a new, empty database on the run's PostgreSQL server and returns its URL. */
export async function createTestDatabase(): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(testServerUrl());
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}

/** The configuration of a service's databases: a new one, which holds the event log as well. */
export async function createServiceDatabase(service: string): Promise<Readonly<Record<string, string>>> {
  const url = await createTestDatabase();
  return { [`${service}_DATABASE_URL`]: url, EVENTS_DATABASE_URL: url };
}

/** The URL of the run's PostgreSQL server. */
export function testServerUrl(): string {
  const server = process.env[TEST_POSTGRES_URL];
  if (!server)
    throw new Error(`${TEST_POSTGRES_URL} is not set: run tests through jest, whose global set-up starts it`);
  return server;
}
