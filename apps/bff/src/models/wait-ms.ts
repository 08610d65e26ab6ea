import { createBadUserInputError } from '@bff/page';

const DEFAULT_WAIT_MS = 2_000;
const MAX_WAIT_MS = 30_000;

/** The options of an input's field `waitMs`: how long a mutation waits for the outcome of its saga. */
export function createWaitMsOptions(pending: string) {
  return {
    nullable: true,
    defaultValue: DEFAULT_WAIT_MS,
    description: `How long to wait for the outcome before answering \`${pending}\`: 0 to ${MAX_WAIT_MS} milliseconds. null means ${DEFAULT_WAIT_MS}.`,
  } as const;
}

/** Reads `input.waitMs`. Throws BAD_USER_INPUT when it is out of bounds. */
export function readWaitMs(waitMs: number | null | undefined): number {
  const ms = waitMs ?? DEFAULT_WAIT_MS;
  if (ms < 0 || ms > MAX_WAIT_MS) throw createBadUserInputError('input.waitMs', `0 to ${MAX_WAIT_MS} is expected`);
  return ms;
}
