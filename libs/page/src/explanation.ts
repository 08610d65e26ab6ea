import type { ExplainedCall } from '@bff/downstreams';

/** Where the time of one request went: every attempt of every downstream call, and what is left for the BFF itself. */
export interface Explained {
  /** Milliseconds from the request's arrival until its answer was ready. */
  readonly totalMs: number;
  /** Of these, the milliseconds during which at least one downstream call was under way. */
  readonly downstreamMs: number;
  /** The rest: reading the token, planning, putting the answer together. */
  readonly ownMs: number;
  /** In the order in which they began. */
  readonly calls: readonly ExplainedAttempt[];
  /** The same as a picture in text, one line each. */
  readonly text: string;
}

/** One attempt of a downstream call; times in milliseconds, counted from the request's arrival. */
export interface ExplainedAttempt extends Omit<ExplainedCall, 'startedAt' | 'status'> {
  readonly startMs: number;
  readonly status: number | null;
}

/** So many signs wide is the picture in text. */
const WIDTH = 40;

/** Collects what one request asks of its downstreams. */
export class Explanation {
  private readonly calls: ExplainedCall[] = [];
  private readonly began = performance.now();

  /** Takes one attempt down. */
  readonly record = (call: ExplainedCall): void => {
    this.calls.push(call);
  };

  /** What has happened until now. */
  summarize(): Explained {
    const totalMs = performance.now() - this.began;
    const calls = this.calls
      .map(({ startedAt, status = null, ...call }) => ({ ...call, status, startMs: startedAt - this.began }))
      .sort((a, b) => a.startMs - b.startMs);
    const downstreamMs = sumCoveredMs(calls);
    const times = { totalMs, downstreamMs, ownMs: totalMs - downstreamMs };
    return { ...times, calls, text: drawTimeline(calls, times) };
  }
}

/** How long at least one of these was under way: where they overlap, time counts once. */
function sumCoveredMs(calls: readonly ExplainedAttempt[]): number {
  let until = -Infinity;
  let sum = 0;
  for (const { startMs, ms } of calls) {
    sum += Math.max(0, startMs + ms - Math.max(startMs, until));
    until = Math.max(until, startMs + ms);
  }
  return sum;
}

function drawTimeline(calls: readonly ExplainedAttempt[], times: Omit<Explained, 'calls' | 'text'>): string {
  const { totalMs, downstreamMs, ownMs } = times;
  const names = calls.map(formatCallName);
  const width = Math.max(0, ...names.map(({ length }) => length));
  const lines = calls.map(({ startMs, ms, outcome, status }, index) => {
    const from = Math.min(WIDTH - 1, Math.floor((startMs / totalMs) * WIDTH));
    const bar = Math.max(1, Math.round((ms / totalMs) * WIDTH));
    const picture = `${' '.repeat(from)}${'#'.repeat(Math.min(bar, WIDTH - from))}`.padEnd(WIDTH);
    const answer = outcome === 'ok' ? String(status ?? '') : outcome;
    return `${(names[index] ?? '').padEnd(width)} |${picture}| ${startMs.toFixed(1)} + ${ms.toFixed(1)} ms  ${answer}`;
  });
  const sum = `${totalMs.toFixed(1)} ms = ${downstreamMs.toFixed(1)} ms downstream + ${ownMs.toFixed(1)} ms of its own`;
  return [...lines, sum].join('\n');
}

function formatCallName({ service, operation, batch, attempt, coalesced, breaker }: ExplainedAttempt): string {
  const marks = [
    ...(batch === null ? [] : [`x${batch}`]),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(coalesced ? ['shared'] : []),
    ...(breaker === 'closed' || breaker === 'none' ? [] : [`breaker ${breaker}`]),
  ];
  return [`${service}.${operation}`, ...marks].join(' ');
}
