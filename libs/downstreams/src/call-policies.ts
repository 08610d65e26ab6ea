import { flag, milliseconds, wholeNumber } from '@bff/config';
import { API_NAMES } from '@bff/contracts';
import type { ApiName } from '@bff/contracts';
import type { DownstreamPolicy } from '@bff/resilience';
import { z } from 'zod';
import type { PolicyFor } from './downstreams.js';

/** The keys of DOWNSTREAM_POLICIES, with the variable that sets the same for all downstreams. */
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
    z.strictObject(Object.fromEntries(API_NAMES.map((name) => [name, ofOne])) as Record<ApiName, typeof ofOne>, {
      error: `${API_NAMES.join(', ')} are expected, each with ${Object.keys(VARIABLES).join(', ')}`,
    }),
  );

/** How pages call their downstreams: variables for all of them, and overrides for single ones. */
export const pagePolicyVariables = {
  DOWNSTREAM_TIMEOUT_MS: milliseconds(700).describe('Timeout of one attempt of a downstream call, in milliseconds.'),
  DOWNSTREAM_RETRIES: wholeNumber(1, { max: 5 }).describe(
    'Maximum number of retries of a read. All retries together are limited to a tenth of the calls.',
  ),
  DOWNSTREAM_MAX_CONCURRENT: wholeNumber(64, { min: 1, max: 10_000 }).describe(
    'Bulkhead: maximum number of concurrent calls of one downstream, and so of sockets.',
  ),
  DOWNSTREAM_MAX_QUEUED: wholeNumber(256, { max: 100_000 }).describe(
    'Bulkhead: maximum number of queued calls of one downstream; further ones fail immediately.',
  ),
  DOWNSTREAM_BREAKER_WINDOW_CALLS: wholeNumber(20, { min: 1, max: 10_000 }).describe(
    'Circuit breaker: number of last calls that it looks at. It opens when half of them failed.',
  ),
  DOWNSTREAM_BREAKER_MIN_CALLS: wholeNumber(5, { min: 1, max: 10_000 }).describe(
    'Circuit breaker: minimum number of calls before it can open.',
  ),
  DOWNSTREAM_BREAKER_OPEN_MS: milliseconds(1_000).describe(
    'Circuit breaker: time that it stays open, in milliseconds. Then it is half-open: single calls probe whether the downstream has recovered.',
  ),
  DOWNSTREAM_COALESCE: flag(true).describe(
    'Whether identical reads in flight share one call: those of one viewer, or of public data.',
  ),
  CATALOG_STALE_MS: milliseconds(600_000, { min: 0, max: 86_400_000 }).describe(
    'Maximum age of cached catalog texts that are shown while the catalog fails, in milliseconds; 0 shows none. Prices and stock are never served stale.',
  ),
  DOWNSTREAM_POLICIES: overrides.describe(
    `Overrides for single downstreams, as JSON: {"catalog":{"timeoutMs":300}}. Keys: ${Object.keys(VARIABLES).join(', ')}.`,
  ),
};

const MAX_BYTES = 4 * 1024 * 1024;

/** About ten thousand products. */
const PARSED_ITEM_CACHE_CHARS = 4 * 1024 * 1024;

type PagePolicyConfig = z.output<z.ZodObject<typeof pagePolicyVariables>>;

/** How a page calls each downstream, by the configuration. */
export function createPagePolicies(config: PagePolicyConfig): PolicyFor {
  return (downstream): Omit<DownstreamPolicy, 'downstream' | 'url'> => {
    const said = config.DOWNSTREAM_POLICIES[downstream] ?? {};
    const readNumber = (name: Exclude<Knob, 'coalesce'>): number => Number(said[name] ?? config[VARIABLES[name]]);
    return {
      timeoutMs: readNumber('timeoutMs'),
      retries: readNumber('retries'),
      maxConcurrent: readNumber('maxConcurrent'),
      maxQueued: readNumber('maxQueued'),
      maxBytes: MAX_BYTES,
      breaker: {
        windowCalls: readNumber('breakerWindowCalls'),
        minCalls: readNumber('breakerMinCalls'),
        openMs: readNumber('breakerOpenMs'),
      },
      coalesce: Boolean(said.coalesce ?? config.DOWNSTREAM_COALESCE),
      parsedItemCacheChars: PARSED_ITEM_CACHE_CHARS,
    };
  };
}

/**
 * How the steps of a saga call each downstream. The engine retries a step, and compensates it when that does not help: so
 * nothing is retried here, and no circuit breaker stops a step that must be executed.
 */
export function createStepPolicies(timeoutMs: number): PolicyFor {
  return () => ({
    timeoutMs,
    retries: 0,
    coalesce: false,
    maxConcurrent: 256,
    maxQueued: 10_000,
    maxBytes: MAX_BYTES,
  });
}
