import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, startGate } from '@bff/testing';
import type { Gate } from '@bff/testing';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { isDatabaseFailure, openDatabase, markPrepared } from './database.js';

let gate: Gate;
let database: Kysely<unknown>;
beforeAll(async () => {
  gate = await startGate(await createTestDatabase());
  database = openDatabase(gate.url, () => undefined, { statementMs: 500 });
});
afterAll(async () => {
  await database.destroy();
  await gate.close();
});

const ask = () => sql`select 1`.execute(database);

describe('a database', () => {
  it('that does not respond any more has failed, and is asked over other connections when it is back', async () => {
    await Promise.all(Array.from({ length: 5 }, ask));
    gate.shut('hang');
    const answers = await Promise.allSettled(Array.from({ length: 5 }, ask));
    expect(answers.map((one) => one.status === 'rejected' && isDatabaseFailure(one.reason))).toEqual(
      Array.from({ length: 5 }, () => true),
    );
    gate.open();
    await expect(ask()).resolves.toBeDefined();
  });

  it('plans a statement that says so once', async () => {
    const sum = (a: number, b: number) =>
      sql<{ sum: number }>`${markPrepared('sum_of_two')} select ${a}::integer + ${b}::integer as sum`.execute(database);
    expect((await sum(1, 2)).rows).toEqual([{ sum: 3 }]);
    expect((await sum(3, 4)).rows).toEqual([{ sum: 7 }]);
    const known = sql`select name, generic_plans + custom_plans as times from pg_prepared_statements`;
    expect((await known.execute(database)).rows).toEqual([{ name: 'sum_of_two', times: 2 }]);
  });

  it('ends what takes too long', async () => {
    await expect(sql`select pg_sleep(5)`.execute(database)).rejects.toMatchObject({ code: '57014' });
  });
});
