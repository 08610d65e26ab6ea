import { ConfigError } from '@bff/config';
import { StackError } from '../stack/stack.error.js';

// Writing to a closed terminal fails. The stack must still stop in order.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

/** Prints a line. All output of the commands goes through it. */
export function say(line: string, to: 'out' | 'err' = 'out'): void {
  (to === 'out' ? process.stdout : process.stderr).write(`${line}\n`);
}

/** The command was called with wrong arguments. It prints its usage and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Runs a command. An error that its user can fix is printed in a line or a few; a bug with its stack trace. */
export async function runCommand(command: () => Promise<void> | void): Promise<void> {
  try {
    await command();
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    say(explain(error), 'err');
  }
}

function explain(error: unknown): string {
  if (error instanceof StackError || error instanceof ConfigError || error instanceof UsageError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
