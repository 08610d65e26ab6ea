/**
 * An error that the user of the stack can fix: a port in use, a missing tool, a process that died. The message says what
 * is wrong and what to do, and is shown without a stack trace.
 */
export class StackError extends Error {
  override readonly name = 'StackError';
}
