import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryFolder } from '../stack/temporary-folder.js';
import { CLEARANCE_BOOK, WITH_SECOND_ACT, WITHOUT_SECOND_UNDO } from './second-act.js';
import type { ActBook } from './act-books.js';

type Change = readonly [file: string, what: string, instead: string];

const UNDO_LOOP = '/libs/saga/src/core/execute-saga.js';
const PARTICIPANT = '/libs/service/src/participant.js';
const RESERVATIONS = '/apps/catalog/src/reservations/reservation.store.js';

/** The duties that can be removed from the product, to see whether chaos notices. */
export const SABOTAGES = {
  /** A repeated request is executed again. */
  deduplication: [
    [PARTICIPANT, 'return seen?.answer;', 'return undefined;'],
    [PARTICIPANT, 'if (stored.numInsertedOrUpdatedRows !== 1n) throw keyReused();', ''],
    [
      RESERVATIONS,
      'if (existing) return keepExisting(existing, wanted);',
      'if (existing) { await take(tx, wanted); return existing; }',
    ],
  ],
  /** A request that arrives after its undo is executed. */
  tombstones: [[PARTICIPANT, "if (direction !== 'undo') {", 'if (false) {']],
  /** A step whose result is unknown is not undone. */
  'undo-before-call': [
    [UNDO_LOOP, "if (step.kind === 'compensatable') undos.push(undoOf(step, input));", ''],
    [
      UNDO_LOOP,
      'return settled.value;',
      "if (step.kind === 'compensatable') undos.push(undoOf(step, input)); return settled.value;",
    ],
  ],
  /** The oldest step is undone first. */
  'reverse-order': [[UNDO_LOOP, 'undos.reverse()', 'undos']],
  /** A second act of one service, which the product has not got otherwise, is never undone. */
  'second-undo': WITHOUT_SECOND_UNDO,
} as const satisfies Readonly<Record<string, readonly Change[]>>;

export type Sabotage = keyof typeof SABOTAGES;

/** The environment of a run over a changed product. */
interface Changed {
  readonly env: Record<string, string>;
  readonly books: readonly ActBook[];
  remove(): void;
}

/** Processes load the product without it. */
export function createEnvironmentWithout(what: Sabotage): Changed {
  return createEnvironment(SABOTAGES[what], what === 'second-undo' ? [CLEARANCE_BOOK] : []);
}

/** Processes load the product with a second act of one service, as it should be. */
export function createEnvironmentWithSecondAct(): Changed {
  return createEnvironment(WITH_SECOND_ACT, [CLEARANCE_BOOK]);
}

function createEnvironment(changes: readonly Change[], books: readonly ActBook[]): Changed {
  const folder = createTemporaryFolder('sabotage');
  const hook = join(folder, 'hook.mjs');
  writeFileSync(hook, buildHook(changes));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { env: { NODE_OPTIONS: `--import=${hook}` }, books, remove };
}

/** The module that node loads first. It fails when a file has changed, because then nothing would be removed. */
function buildHook(changes: readonly Change[]): string {
  return `
import { registerHooks } from 'node:module';
const changes = ${JSON.stringify(changes)};
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const mine = changes.filter(([file]) => url.endsWith(file));
    if (mine.length === 0) return loaded;
    const source = mine.reduce((text, [file, what, instead]) => {
      if (text.split(what).length !== 2) throw new Error(file + ' has changed: ' + what + ' must be there once');
      return text.replace(what, instead);
    }, String(loaded.source));
    return { ...loaded, source };
  },
});`;
}
