import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Inject } from '@nestjs/common';
import type { AnswerOf, CheckedRequest } from '@bff/contracts';
import { createTestDatabase, startGate } from '@bff/testing';
import type { Gate } from '@bff/testing';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { isDatabaseFailure } from '@bff/database';
import { DATABASE } from './database.token.js';
import { Input, Operation } from './operation.js';
import { Participant } from './participant.js';
import type { ParticipantTables } from './participant.tables.js';
import { startService } from './start-service.js';
import type { RunningService } from './start-service.js';

/** Resolves when an effect may go on; a test puts its own promise here. */
let gate: Promise<void> | undefined;

@Controller()
class TroubledController {
  constructor(
    @Inject(DATABASE) private readonly database: Kysely<ParticipantTables>,
    private readonly participant: Participant<ParticipantTables>,
  ) {}

  @Operation('catalog', 'listCategories')
  async listCategories(): Promise<AnswerOf<'catalog', 'listCategories'>> {
    await sql`select 1`.execute(this.database);
    return { items: [] };
  }

  @Operation('catalog', 'releaseStock')
  releaseStock(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'catalog', 'releaseStock'>,
  ): Promise<AnswerOf<'catalog', 'releaseStock'>> {
    return this.participant.undo({ operation: 'releaseStock', id: orderId, key, body }, async (tx) => {
      await sql`select pg_advisory_xact_lock(42)`.execute(tx);
      await gate;
      await sql`select 1`.execute(tx);
      return { orderId, released: false };
    });
  }
}

async function* readNothing(): AsyncGenerator<never[]> {
  await Promise.resolve();
  yield [];
}

let service: RunningService<ParticipantTables>;
let operator: pg.Client;
let way: Gate;

beforeAll(async () => {
  const direct = await createTestDatabase();
  operator = new pg.Client({ connectionString: direct });
  await operator.connect();
  way = await startGate(direct);
  service = await startService<ParticipantTables>({
    service: 'catalog',
    host: '127.0.0.1',
    port: 0,
    production: false,
    metricsToken: undefined,
    quiet: true,
    databaseUrl: way.url,
    eventsDatabaseUrl: direct,
    emits: { byOperation: {}, readRowEvents: readNothing },
    migrations: {},
    controllers: [TroubledController],
    providers: [],
  });
});
afterEach(() => {
  gate = undefined;
  way.open();
});
afterAll(async () => {
  await service.close();
  await operator.end();
  await way.close();
});

async function get(path: string) {
  const response = await fetch(service.url + path);
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
}

async function release(orderId: string) {
  const headers = { 'idempotency-key': `release ${orderId}` };
  const response = await fetch(`${service.url}/reservations/${orderId}/release`, { method: 'POST', headers });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
}

const unavailable = {
  status: 503,
  retryAfter: '1',
  body: { code: 'UNAVAILABLE', message: 'The database cannot be reached right now.' },
};

/** Ends the connections of the service that are in this state, as soon as there are any. */
async function terminate(state: 'active' | 'idle in transaction'): Promise<void> {
  const ended = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state = $1
    and query like '%pg_advisory_xact_lock(42)%'`;
  await until(
    `a connection of the service is ${state}`,
    async () => (await operator.query(ended, [state])).rowCount !== 0,
  );
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not come about that ${what}`);
    await setTimeout(10);
  }
}

describe('a service whose database is gone', () => {
  it('answers 503 with Retry-After, is live but not ready, and recovers by itself', async () => {
    way.shut('cut');
    expect(await get('/categories')).toEqual(unavailable);
    expect(await release('cut-off')).toEqual(unavailable);
    expect(await get('/health/ready')).toEqual(unavailable);
    expect(await get('/health/live')).toMatchObject({ status: 200 });
    way.open();
    expect(await get('/categories')).toMatchObject({ status: 200 });
    expect(await release('cut-off')).toMatchObject({ status: 200 });
    expect(await get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });

  it('answers 503 when the connection of a write is ended while it waits, and writes it the next time', async () => {
    await operator.query('select pg_advisory_lock(42)');
    const waiting = release('waiting');
    await terminate('active');
    expect(await waiting).toEqual(unavailable);
    await operator.query('select pg_advisory_unlock(42)');
    const remembered = await service.database
      .selectFrom('idempotency_keys')
      .where('id', '=', 'waiting')
      .select('key')
      .execute();
    expect(remembered).toEqual([]);
    expect(await release('waiting')).toMatchObject({ status: 200 });
  });

  it('outlives the end of a connection between two statements of a write', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    const between = release('between');
    await terminate('idle in transaction');
    const gone = `select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`;
    await until('it is gone', async () => (await operator.query(gone)).rowCount === 0);
    resolve();
    expect(await between).toEqual(unavailable);
    gate = undefined;
    expect(await release('between')).toMatchObject({ status: 200 });
  });

  it('keeps no connection of a write that failed', async () => {
    for (let round = 0; round < 12; round++) {
      way.shut('cut');
      expect(await release('again')).toEqual(unavailable);
      way.open();
    }
    const many = await Promise.all(Array.from({ length: 20 }, (_, index) => release(`many-${index}`)));
    expect(many.filter(({ status }) => status !== 200)).toEqual([]);
  });
});

describe('an error of a query', () => {
  const error = (code: string) => Object.assign(new Error('some words'), { code });

  it.each(['08006', '40001', '40P01', '53300', '57P01', '57014', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'])(
    '%s is a failure of the database: the same request may be sent again',
    (code) => expect(isDatabaseFailure(error(code))).toBe(true),
  );

  it.each(['22021', '23505', '23514', '42P01', '42601', 'ERR_ASSERTION'])('%s is a bug', (code) =>
    expect(isDatabaseFailure(error(code))).toBe(false),
  );

  it('is a failure when the connection ends without a code', () => {
    expect(isDatabaseFailure(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isDatabaseFailure(new Error('timeout exceeded when trying to connect'))).toBe(true);
    expect(isDatabaseFailure(new Error('Postgres connection has been discarded'))).toBe(true);
    expect(isDatabaseFailure(new Error('Anything else'))).toBe(false);
    expect(isDatabaseFailure('Connection terminated')).toBe(false);
  });
});
