import { flag, milliseconds, wholeNumber } from '@bff/config';
import type { DownstreamPolicy } from '@bff/resilience';
import { z } from 'zod';
import type { PolicyFor } from './downstreams.js';

/** What may be said of one downstream in DOWNSTREAM_POLICIES, with the variable that says it of all. */
const VARIABLES = {
  timeoutMs: 'DOWNSTREAM_TIMEOUT_MS',
  retries: 'DOWNSTREAM_RETRIES',
  maxConcurrent: 'DOWNSTREAM_MAX_CONCURRENT',
  maxQueued: 'DOWNSTREAM_MAX_QUEUED',
  breakerWindowCalls: 'DOWNSTREAM_BREAKER_WINDOW_CALLS',
  breakerMinCalls: 'DOWNSTREAM_BREAKER_MIN_CALLS',
  breakerOpenMs: 'DOWNSTREAM_BREAKER_OPEN_MS',
  coalesce: 'DOWNSTREAM_COALESCE',
} as const;

type Knob = keyof typeof VARIABLES;

const knob = z.union([z.number(), z.boolean()]).optional();
// The keys are those of VARIABLES.
const knobs = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, knob])) as Record<Knob, typeof knob>;
const ofOne = z.strictObject(knobs).optional();

/** Reads JSON such as {"catalog":{"timeoutMs":300}}. */
const overrides = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'JSON is expected, for example {"catalog":{"timeoutMs":300}}' });
      return z.NEVER;
    }
  })
  .pipe(
    z.strictObject(
      { catalog: ofOne, customer: ofOne, order: ofOne, orchestrator: ofOne },
      {
        error: `catalog, customer, order and orchestrator are expected, each with ${Object.keys(VARIABLES).join(', ')}`,
      },
    ),
  );

/** How pages call their downstreams: for all of them, and for one of them where it is said otherwise. */
export const pagePolicyVariables = {
  DOWNSTREAM_TIMEOUT_MS: milliseconds(700).describe('The longest that one attempt of a call of a downstream may take.'),
  DOWNSTREAM_RETRIES: wholeNumber(1, { max: 5 }).describe(
    'How often a read is tried again; all retries together are at most a tenth of the calls.',
  ),
  DOWNSTREAM_MAX_CONCURRENT: wholeNumber(64, { min: 1, max: 10_000 }).describe(
    'The bulkhead: the most calls of one downstream at once, and so the most sockets.',
  ),
  DOWNSTREAM_MAX_QUEUED: wholeNumber(256, { max: 100_000 }).describe(
    'The most calls of one downstream that wait for their turn; more are refused at once.',
  ),
  DOWNSTREAM_BREAKER_WINDOW_CALLS: wholeNumber(20, { min: 1, max: 10_000 }).describe(
    'The circuit breaker of a downstream opens when half of its last calls met trouble: so many calls.',
  ),
  DOWNSTREAM_BREAKER_MIN_CALLS: wholeNumber(5, { min: 1, max: 10_000 }).describe(
    'It opens after so many calls at the earliest.',
  ),
  DOWNSTREAM_BREAKER_OPEN_MS: milliseconds(1_000).describe(
    'How long an open breaker lets nothing through; then one call at a time finds out whether the downstream is well again.',
  ),
  DOWNSTREAM_COALESCE: flag(true).describe(
    'Identical reads in flight are one call: of one viewer, or of public things.',
  ),
  CATALOG_STALE_MS: milliseconds(600_000, { min: 0, max: 86_400_000 }).describe(
    'While the catalog is in trouble, its texts are shown as they were, when they are not older than this; 0 is never. Prices and stock are never shown as they were.',
  ),
  DOWNSTREAM_POLICIES: overrides.describe(
    `Where one downstream is to be called otherwise, as JSON: {"catalog":{"timeoutMs":300}}, with ${Object.keys(VARIABLES).join(', ')}.`,
  ),
};

const MAX_BYTES = 4 * 1024 * 1024;

/** What is public and asked for again and again: ten thousand products or so. */
const KEPT_TEXT = 4 * 1024 * 1024;

type PagePolicyConfig = z.output<z.ZodObject<typeof pagePolicyVariables>>;

/** How a page calls each downstream, by the configuration. */
export function pagePolicies(config: PagePolicyConfig): PolicyFor {
  return (downstream): Omit<DownstreamPolicy, 'downstream' | 'url'> => {
    const said = config.DOWNSTREAM_POLICIES[downstream] ?? {};
    const of = (name: Exclude<Knob, 'coalesce'>): number => Number(said[name] ?? config[VARIABLES[name]]);
    return {
      timeoutMs: of('timeoutMs'),
      retries: of('retries'),
      maxConcurrent: of('maxConcurrent'),
      maxQueued: of('maxQueued'),
      maxBytes: MAX_BYTES,
      breaker: {
        windowCalls: of('breakerWindowCalls'),
        minCalls: of('breakerMinCalls'),
        openMs: of('breakerOpenMs'),
      },
      coalesce: Boolean(said.coalesce ?? config.DOWNSTREAM_COALESCE),
      keptText: KEPT_TEXT,
    };
  };
}

/**
 * How the steps of a saga call each downstream. The engine tries a step again, and undoes it when that does not help, so
 * nothing is retried here, and no breaker keeps a step back that must happen.
 */
export function stepPolicies(timeoutMs: number): PolicyFor {
  return () => ({
    ...{ timeoutMs, retries: 0, coalesce: false },
    ...{ maxConcurrent: 256, maxQueued: 10_000, maxBytes: MAX_BYTES },
  });
}
