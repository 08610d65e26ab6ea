import type { ExplainedCall } from '@bff/downstreams';

/** Where the time of one request went: every attempt of every downstream call, and what is left for the BFF itself. */
export interface Explained {
  /** Milliseconds from the arrival of the request until its response was ready. */
  readonly totalMs: number;
  /** Of these, the milliseconds during which at least one downstream call was in flight. */
  readonly downstreamMs: number;
  /** The rest: verifying the token, compiling the query, assembling the response. */
  readonly ownMs: number;
  /** In the order in which they started. */
  readonly calls: readonly ExplainedAttempt[];
  /** The same as a chart in text, with one line for each call. */
  readonly text: string;
}

/** One attempt of a downstream call. Times are in milliseconds since the arrival of the request. */
export interface ExplainedAttempt extends Omit<ExplainedCall, 'startedAt' | 'status'> {
  readonly startMs: number;
  readonly status: number | null;
}

/** The width of the chart, in characters. */
const CHART_WIDTH = 40;

/** Records the downstream calls of one request. */
export class Explanation {
  private readonly calls: ExplainedCall[] = [];
  private readonly startedAt = performance.now();

  readonly record = (call: ExplainedCall): void => {
    this.calls.push(call);
  };

  /** Everything until now. */
  summarize(): Explained {
    const totalMs = performance.now() - this.startedAt;
    const calls = this.calls
      .map(({ startedAt, status = null, ...call }) => ({ ...call, status, startMs: startedAt - this.startedAt }))
      .sort((a, b) => a.startMs - b.startMs);
    const downstreamMs = sumCoveredMs(calls);
    const times = { totalMs, downstreamMs, ownMs: totalMs - downstreamMs };
    return { ...times, calls, text: drawTimeline(calls, times) };
  }
}

/** How long at least one of these was in flight: calls that overlap count once. */
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
    const from = Math.min(CHART_WIDTH - 1, Math.floor((startMs / totalMs) * CHART_WIDTH));
    const bar = Math.max(1, Math.round((ms / totalMs) * CHART_WIDTH));
    const picture = `${' '.repeat(from)}${'#'.repeat(Math.min(bar, CHART_WIDTH - from))}`.padEnd(CHART_WIDTH);
    const answer = outcome === 'ok' ? String(status ?? '') : outcome;
    return `${(names[index] ?? '').padEnd(width)} |${picture}| ${startMs.toFixed(1)} + ${ms.toFixed(1)} ms  ${answer}`;
  });
  const sum = `${totalMs.toFixed(1)} ms = ${downstreamMs.toFixed(1)} ms downstream + ${ownMs.toFixed(1)} ms in the BFF`;
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
