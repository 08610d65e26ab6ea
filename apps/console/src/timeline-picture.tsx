import { useEffect, useState } from 'react';
import { toPicture } from './picture.js';
import type { Bar, Picture } from './picture.js';
import type { Timeline } from './saga.js';

/** How often the chart of a running saga is redrawn, in milliseconds. */
const REDRAW_INTERVAL_MS = 200;

/** Steps, attempts and undo over time. The chart grows while the saga is running. */
export function TimelinePicture({ timeline }: { readonly timeline: Timeline }) {
  const picture = toPicture(timeline, useNow(timeline.endedAt === null));
  return (
    <section className="picture" aria-label="Timeline">
      <ol>
        {picture.bars.map((bar, nth) => (
          <BarRow key={nth} bar={bar} picture={picture} />
        ))}
      </ol>
      <div className="axis" aria-hidden="true">
        {picture.ticks.map(({ at, text }) => (
          <span key={at} style={{ left: toPercent(at, picture) }}>
            {text}
          </span>
        ))}
      </div>
      <Legend />
    </section>
  );
}

function BarRow({ bar, picture }: { readonly bar: Bar; readonly picture: Picture }) {
  const { name, direction, kind, result, from, to, marks, text } = bar;
  const left = toPercent(from, picture);
  const width = `max(3px, calc(${toPercent(to, picture)} - ${left}))`;
  const classes = ['bar', direction, kind, result ?? 'UNDER_WAY'].join(' ');
  return (
    <li className={direction} aria-label={text} title={text}>
      <span className="name">{direction === 'UNDO' ? `↩ ${name}` : name}</span>
      <span className="track">
        <span className={classes} style={{ left, width }} />
        {marks.map((mark, nth) => (
          <span
            key={nth}
            className={`mark ${mark.kind}`}
            style={{ left: toPercent(mark.at, picture) }}
            title={mark.text}
          />
        ))}
      </span>
    </li>
  );
}

function Legend() {
  return (
    <p className="legend">
      <span className="bar DO DONE" /> done
      <span className="bar DO PIVOT DONE" /> point of no return
      <span className="bar UNDO DONE" /> undone
      <span className="bar DO REJECTED" /> rejected, or timed out
      <span className="bar DO UNDER_WAY" /> in progress
      <span className="mark failed" /> failed attempt
      <span className="mark attention" /> needs attention
      <span className="mark decided" /> decided
    </p>
  );
}

function toPercent(at: number, { from, to }: Picture): string {
  return `${(Math.min(1, Math.max(0, (at - from) / (to - from))) * 100).toFixed(2)}%`;
}

/** The current time; it stops when `isRunning` is false. */
function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNow(Date.now()), REDRAW_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
