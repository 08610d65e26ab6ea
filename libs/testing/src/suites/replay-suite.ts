import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from '@jest/globals';
import type { Downstreams } from '@bff/downstreams';
import type { Outcome, Saga } from '@bff/saga';
import { rehearsals } from '../rehearsals/rehearsal.js';
import type { RehearsalJournal, SagaRehearsal } from '../rehearsals/rehearsal.js';

/** A path through a saga. */
export interface ReplayPath<Request, Result> {
  readonly name: string;
  readonly request: Request;
  /** The newest version. */
  readonly saga: Saga<Downstreams, Request, Result>;
  readonly arrange?: (t: SagaRehearsal) => void;
}

export interface ReplaySuite<Request, Result> {
  /** Where the journals lie, a file for each version. */
  readonly folder: string;
  /** Every version that may be in flight, the newest first. */
  readonly versions: readonly Saga<Downstreams, Request, Result>[];
  /** To its end, to a rejection at each place that differs, and with an operator in sight. */
  readonly paths: readonly ReplayPath<Request, Result>[];
}

/** The journal of one saga of a version, and how it ended. */
interface StoredJournal<Request, Result> {
  readonly name: string;
  readonly sagaId: string;
  readonly request: Request;
  readonly journal: RehearsalJournal;
  readonly outcome: Outcome<Result>;
}

/**
 * Sagas in flight resume from the engine's journal. The suite executes each version over journals that were stored when the
 * version was made. When a version takes another path through one of them, it has changed: give the change a version of its
 * own, and write its journals with WRITE_JOURNALS=1. A journal that is there is never written again.
 */
export function testReplay<Request, Result>({ folder, versions, paths }: ReplaySuite<Request, Result>): void {
  const getFile = (version: number) => `${folder}/v${version}.json`;
  const rehearsal = rehearsals();
  const stored = versions.flatMap((saga) => {
    if (!existsSync(getFile(saga.version))) return [];
    const journals = JSON.parse(readFileSync(getFile(saga.version), 'utf8')) as readonly StoredJournal<
      Request,
      Result
    >[];
    return journals.map((one) => ({ ...one, saga, version: saga.version }));
  });

  it('every version that may be in flight has its journals', () => {
    if (process.env['WRITE_JOURNALS']) return;
    const there = new Set(stored.map(({ version }) => version));
    expect([...there]).toEqual(versions.map(({ version }) => version));
  });

  if (stored.length > 0)
    rehearsal.concurrent.each(stored)(
      'version $version resumes the journal of an order that was $name, and repeats no call',
      async (t, { saga, sagaId, request, journal, outcome }) => {
        expect(await t.execute(saga, request, { sagaId, journal })).toEqual(outcome);
        expect(t.callLog.calls).toEqual([]);
      },
    );

  const newest = versions[0]?.version ?? NaN;
  if (!process.env['WRITE_JOURNALS'] || existsSync(getFile(newest))) return;
  const written: StoredJournal<Request, Result>[] = [];
  afterAll(() => writeFileSync(getFile(newest), `${JSON.stringify(written, undefined, 1)}\n`));
  rehearsal.each(paths)(
    'the journal of an order that is $name is written',
    async (t, { name, request, saga, arrange }) => {
      const sagaId = `order-${written.length + 1}`;
      arrange?.(t);
      let journal: RehearsalJournal = [];
      const outcome = await t.execute(saga, request, { sagaId, onJournal: (recorded) => (journal = recorded) });
      written.push({ name, sagaId, request, journal, outcome });
    },
  );
}
