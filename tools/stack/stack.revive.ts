import type { Stack } from './stack.js';
import type { ProcessName } from './stack.process.js';

/** Maximum number of times in a row that a process may die while it starts. */
const MAX_DEATHS = 20;

/** Restarts a process whenever it was killed, even while it starts. */
export interface Reviver {
  /** Starts it again, unless a restart is in progress. */
  revive(): void;
  /** Resolves when no restart is in progress. Rejects when it could not be started. */
  settled(): Promise<void>;
}

export function createReviver(stack: Stack, name: ProcessName): Reviver {
  let reviving: Promise<void> | undefined;
  const startAgain = async (): Promise<void> => {
    for (let deaths = 1; ; deaths++)
      try {
        return await stack.start(name);
      } catch (error) {
        // It was killed before it was ready, which is not a failure of the start.
        if (stack.pid(name) !== undefined || deaths === MAX_DEATHS) throw error;
      }
  };
  return {
    revive: () => {
      reviving ??= startAgain().finally(() => (reviving = undefined));
      // A caller that waits gets the error; no caller has to wait.
      reviving.catch(() => undefined);
    },
    settled: () => reviving ?? Promise.resolve(),
  };
}
