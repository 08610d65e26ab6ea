import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, startGate } from '@bff/testing';
import type { Gate } from '@bff/testing';
import pg from 'pg';
import { migrate } from './database.js';
import { retryUntilDatabaseAnswers } from './retry-until-database-answers.js';

let gate: Gate;
let warnings: string[];
let lines: string[];
beforeAll(async () => {
  gate = await startGate(await createTestDatabase());
});
beforeEach(() => {
  gate.open();
  [warnings, lines] = [[], []];
});
afterAll(() => gate.close());

const log = { log: (line: string) => void lines.push(line), warn: (line: string) => void warnings.push(line) };

describe('a start that waits for its database', () => {
  it('says nothing when the database answers at once', async () => {
    expect(await retryUntilDatabaseAnswers(gate.url, log, () => Promise.resolve('done'))).toBe('done');
    expect([warnings, lines]).toEqual([[], []]);
  });

  it('says so again now and then, and once when the wait is over', async () => {
    gate.shut('cut');
    const remind = (line: string): void => {
      log.warn(line);
      if (warnings.length === 3) gate.open();
    };
    await retryUntilDatabaseAnswers(gate.url, { ...log, warn: remind }, () => Promise.resolve(), 0);
    expect(new Set(warnings).size).toBe(1);
    expect([warnings.length, lines]).toEqual([3, [`The database at ${new URL(gate.url).host} answers`]]);
  });

  it('does not say it at every try', async () => {
    let tries = 0;
    const work = (): Promise<void> => {
      tries += 1;
      return tries < 3 ? Promise.reject(new Error('Connection terminated unexpectedly')) : Promise.resolve();
    };
    await retryUntilDatabaseAnswers(gate.url, log, work);
    expect([tries, warnings.length]).toEqual([3, 1]);
  });

  it('does the work again when the connection is lost in the middle of it', async () => {
    let rounds = 0;
    const migrations = {
      '0001-only': {
        async up(): Promise<void> {
          rounds += 1;
          if (rounds === 1) gate.shut('cut');
          await Promise.resolve();
        },
      },
    };
    const opening = { ...log, warn: (line: string) => (log.warn(line), gate.open()) };
    await retryUntilDatabaseAnswers(gate.url, opening, () => migrate(gate.url, migrations));
    expect([rounds, warnings.length]).toEqual([2, 1]);
  });

  it('does not wait for what waiting does not cure', async () => {
    const missing = new URL(gate.url);
    missing.pathname = '/nowhere';
    const work = () => Promise.resolve();
    await expect(retryUntilDatabaseAnswers(missing.href, log, work)).rejects.toMatchObject({ code: '3D000' });
    const bug = () => Promise.reject(new TypeError('a bug'));
    await expect(retryUntilDatabaseAnswers(gate.url, log, bug)).rejects.toThrow('a bug');
    expect(warnings).toEqual([]);
  });

  it('waits for a server that is starting, or has no connection left', async () => {
    const errors = ['57P03', '53300'].map((code) =>
      Object.assign(new pg.DatabaseError('Not now', 1, 'error'), { code }),
    );
    const work = (): Promise<void> => {
      const error = errors.shift();
      return error ? Promise.reject(error) : Promise.resolve();
    };
    await retryUntilDatabaseAnswers(gate.url, log, work);
    expect(warnings.length).toBe(1);
  });

  it('leaves no listener on signals behind', async () => {
    const before = process.listenerCount('SIGTERM');
    await retryUntilDatabaseAnswers(gate.url, log, () => Promise.resolve());
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
