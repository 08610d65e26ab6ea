import type { Call } from './call.js';

type Column = readonly [title: string, of: (call: Call) => string];

const COLUMNS: readonly Column[] = [
  ['#', ({ seq }) => String(seq)],
  ['at ms', ({ atMs }) => atMs.toFixed(0)],
  ['step', ({ step, direction }) => (step === null ? '' : direction === 'undo' ? `undo: ${step}` : step)],
  ['call', ({ service, operation, method, path }) => `${service}.${operation ?? `${method} ${path}`}`],
  ['answer', formatAnswer],
  ['effect', ({ effect }) => (effect === 'read' ? '' : (effect ?? 'none'))],
  ['by', ({ by }) => (by === 'fake' ? '' : by)],
];

/** The calls of a scope as a table, one line each. */
export function formatCalls(calls: readonly Call[]): string {
  if (calls.length === 0) return '(no call reached a downstream)';
  const rows = [COLUMNS.map(([title]) => title), ...calls.map((call) => COLUMNS.map(([, of]) => of(call)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function formatAnswer({ status, code, ms }: Call): string {
  if (ms === null) return 'in flight';
  if (status === null) return 'cut';
  return code === null ? String(status) : `${status} ${code}`;
}
