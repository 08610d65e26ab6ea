import type { Direction, Step, Timeline } from './saga.js';

/** A mark at a moment of a bar. `at` is in milliseconds since the epoch. */
export interface Mark {
  readonly kind: 'failed' | 'omitted' | 'attention' | 'decided';
  readonly at: number;
  readonly text: string;
}

/** A step, or its undo, over time. */
export interface Bar {
  readonly name: string;
  readonly direction: Direction;
  readonly kind: Step['kind'];
  /** null while it is being executed. */
  readonly result: Step['result'];
  readonly from: number;
  readonly to: number;
  readonly attempts: number;
  readonly marks: readonly Mark[];
  /** The same in one sentence, for screen readers and tooltips. */
  readonly text: string;
}

/** A timeline as a chart. */
export interface Picture {
  readonly from: number;
  readonly to: number;
  readonly bars: readonly Bar[];
  /** The marks of the time axis, with their labels. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** The shortest time that a chart spans, so that the bars of a saga that has just started are not stretched. */
const MIN_MS = 50;

/** The chart of a timeline. A bar that is still being executed ends at `now`. */
export function toPicture(timeline: Timeline, now: number): Picture {
  const from = Date.parse(timeline.startedAt);
  const bars = timeline.steps.map((step) => toBar(step, timeline, now));
  const end = timeline.endedAt === null ? now : Date.parse(timeline.endedAt);
  const to = Math.max(from + MIN_MS, end, ...bars.map((bar) => bar.to));
  return { from, to, bars, ticks: createTicks(from, to) };
}

function toBar(step: Step, { steps, events }: Timeline, now: number): Bar {
  const { name, direction, kind, result } = step;
  // An undo that was postponed has two bars: an event belongs to the one that started last.
  const findStep = (at: number) =>
    steps.findLast((one) => one.name === name && one.direction === direction && Date.parse(one.startedAt) <= at);
  const from = Date.parse(step.startedAt);
  const to = step.endedAt === null ? Math.max(from, now) : Date.parse(step.endedAt);
  const marks = [
    ...step.failedAttempts.map(({ at, durationMs, error }): Mark => {
      return { kind: 'failed', at: Date.parse(at) + durationMs, text: `${error.code}: ${error.message}` };
    }),
    ...events
      .filter((event) => event.step === name && event.direction === direction)
      .flatMap((event): Mark[] => {
        const at = Date.parse(event.at);
        if (findStep(at) !== step) return [];
        if (event.kind === 'ATTENTION_NEEDED')
          return [{ kind: 'attention', at, text: event.error?.message ?? 'Needs attention' }];
        if (event.omittedAttempts !== null)
          return [{ kind: 'omitted', at, text: `${event.omittedAttempts} more failed attempts before this` }];
        const { decision } = event;
        return decision ? [{ kind: 'decided', at, text: `${decision.action} by ${decision.by ?? 'an operator'}` }] : [];
      }),
  ].sort((a, b) => a.at - b.at);
  const failed = step.failedAttempts.length + step.omittedAttempts;
  const attempts = failed + (result === 'DONE' || result === 'REJECTED' ? 1 : 0);
  return { name, direction, kind, result, from, to, attempts, marks, text: formatBar(step, attempts, to - from) };
}

function formatBar({ name, direction, result, error }: Step, attempts: number, ms: number): string {
  const what = direction === 'UNDO' ? `undo: ${name}` : name;
  const how = result === null ? 'in progress' : result.toLowerCase().replace('_', ' ');
  const count = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return `${what}: ${how}, ${count}, ${formatDuration(ms)}${error ? `, ${error.code}` : ''}`;
}

/** About eight marks at most, at round numbers. */
function createTicks(from: number, to: number): Picture['ticks'] {
  const step = roundUp((to - from) / 8);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, nth) => ({
    at: from + nth * step,
    text: formatDuration(nth * step),
  }));
}

/** The next larger of 1, 2 and 5 times a power of ten. */
function roundUp(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(ms));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= ms) ?? power * 10;
}

const UNITS = [
  { unit: 'd', ms: 86_400_000 },
  { unit: 'h', ms: 3_600_000 },
  { unit: 'min', ms: 60_000 },
  { unit: 's', ms: 1_000 },
] as const;

/** For example 12 ms, 1.5 s, 3 min. */
export function formatDuration(ms: number): string {
  const unit = UNITS.find((one) => ms >= one.ms);
  if (!unit) return `${Math.round(ms)} ms`;
  const count = ms / unit.ms;
  return `${count >= 10 ? Math.round(count) : Math.round(count * 10) / 10} ${unit.unit}`;
}
