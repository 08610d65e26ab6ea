/** Where the BFF is within dist/, built into one file. */
export const BFF_SCRIPT = 'apps/bff/main.js';

/**
 * How Node is started for the BFF; why, docs/adr/0015-how-the-memory-of-the-bff-is-kept.md says. docs/configuration.md has them
 * for operators who start the BFF themselves.
 */
export const BFF_START = {
  options: [
    '--no-allocation-site-pretenuring',
    '--max-semi-space-size=16',
    '--no-maglev',
    '--invocation-count-for-turbofan=400',
    '--heap-growing-percent=120',
    '--v8-pool-size=2',
  ],
  env: { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '65536' },
} as const;
