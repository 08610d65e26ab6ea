import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, startGate } from '@bff/testing';
import type { Gate } from '@bff/testing';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { isDatabaseTrouble, openDatabase } from './database.js';

let gate: Gate;
let database: Kysely<unknown>;
beforeAll(async () => {
  gate = await startGate(await createTestDatabase());
  database = openDatabase(gate.url, () => undefined, 500);
});
afterAll(async () => {
  await database.destroy();
  await gate.close();
});

const ask = () => sql`select 1`.execute(database);

describe('a database', () => {
  it('that says nothing any more is trouble, and is asked over other connections when it is back', async () => {
    await Promise.all(Array.from({ length: 5 }, ask));
    gate.shut('hang');
    const answers = await Promise.allSettled(Array.from({ length: 5 }, ask));
    expect(answers.map((one) => one.status === 'rejected' && isDatabaseTrouble(one.reason))).toEqual(
      Array.from({ length: 5 }, () => true),
    );
    gate.open();
    await expect(ask()).resolves.toBeDefined();
  });

  it('ends what takes too long', async () => {
    await expect(sql`select pg_sleep(5)`.execute(database)).rejects.toMatchObject({ code: '57014' });
  });
});
