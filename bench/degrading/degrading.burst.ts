import { NothingMeasured } from '../support/quantile.js';

/** Calls that are further apart than this, in milliseconds, are probes of a breaker that is open. */
const PROBES_APART_MS = 500;

/** The calls to a failing downstream that a circuit breaker let through. */
export interface Burst {
  /** Milliseconds from the first call until the breaker is open. */
  readonly opensAfter: number;
  /** Maximum number of probes in a second. */
  readonly probes: number;
}

/**
 * The first calls come one after the other; then the breaker is open, and what comes are probes. Takes the times of the calls, in
 * milliseconds. Throws NothingMeasured when no call came, or no probe: then it is unknown whether a breaker opened.
 */
export function measureBurst(at: readonly number[]): Burst {
  const gap = at.findIndex((time, nth) => (at[nth + 1] ?? -Infinity) - time > PROBES_APART_MS);
  const [first, last] = [at[0], at[gap]];
  if (first === undefined || last === undefined)
    throw new NothingMeasured(`No breaker was seen to open: ${at.length} calls came, and no probe after a pause`);
  const apart = at.slice(gap + 1).map((time, nth) => time - (at[gap + nth] ?? NaN));
  return { opensAfter: last - first, probes: 1_000 / Math.min(...apart) };
}
