import { computeMedian, NothingMeasured, computeQuantile } from '../support/quantile.js';

/** A write that came to a service: about which order, when it came and when it was over, by performance.now(). */
export interface Write {
  readonly orderId: string;
  /** Method, path and idempotency key: the same for each delivery of one write. */
  readonly delivery: string;
  readonly at: number;
  readonly until: number;
}

/** A process was killed: when the signal was sent, and when the process had ended. */
export interface Kill {
  readonly at: number;
  readonly ended: number;
}

/**
 * For each write that had come when the killed process ended, and was sent again after the signal, the time from the signal
 * until that. Nothing but a death makes a write come twice here: no call fails, and none takes longer than a step waits. So
 * that a write came again is what shows that it was cut. Whether it was under way when the signal was sent does not show it: a
 * process lives on for a while after that, about as long as a call takes, and what it was doing then has ended by itself.
 */
export function measureRetries(writes: readonly Write[], { at, ended }: Kill): number[] {
  return [...Map.groupBy(writes, ({ delivery }) => delivery).values()].flatMap((deliveries) => {
    const again = deliveries.find((write, nth) => nth > 0 && write.at > at);
    const first = deliveries[0];
    return first && again && first.at <= ended ? [again.at - at] : [];
  });
}

/** For each order, the time from a moment until it is called again. */
export function measureResumptions(writes: readonly Write[], orders: ReadonlySet<string>, from: number): number[] {
  return [...orders].flatMap((orderId) => {
    const next = writes.find((write) => write.orderId === orderId && write.at > from);
    return next ? [next.at - from] : [];
  });
}

/** For each order that was in progress at a moment, the time from its call before that to its call after it. */
export function measurePauses(writes: readonly Write[], at: number): number[] {
  return [...Map.groupBy(writes, ({ orderId }) => orderId).values()].flatMap((ofOrder) => {
    const before = ofOrder.findLast((write) => write.at <= at);
    const after = ofOrder.find((write) => write.at > at);
    return before && after ? [after.at - before.at] : [];
  });
}

/**
 * A line about the sagas that were seen to resume, by kill. Throws NothingMeasured when there were none, or when the load
 * placed no order: then the line would say nothing.
 */
export function formatLine(what: string, kills: readonly (readonly number[])[], confirmed: number): string {
  const times = kills.flat();
  if (times.length === 0) throw new NothingMeasured(`${what}: no saga was seen to resume`);
  if (confirmed === 0) throw new NothingMeasured(`${what}: no order of the load was confirmed`);
  const formatMs = (value: number) => `${value.toFixed(0)} ms`;
  const hits = kills.filter((seen) => seen.length > 0).length;
  return `${what}: ${times.length} sagas of ${hits} kills resumed after ${formatMs(computeMedian(times))} (median), ${formatMs(computeQuantile(times, 0.99))} (p99), ${formatMs(computeQuantile(times, 1))} at most; ${confirmed} orders were confirmed meanwhile`;
}
