import { HttpCallError } from '@restatedev/restate-sdk-clients';

/** The engine cannot be reached, or refuses: nothing was started or changed. Asking again is safe. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
}

/** The saga is not where this could be done. The message says why. */
export class NotWaiting extends Error {
  override readonly name = 'NotWaiting';
}

/** What the engine answered: its status, and the message of a handler that said no. */
export function parseEngineError(error: unknown): { readonly status: number | undefined; readonly text: string } {
  if (!(error instanceof HttpCallError)) return { status: undefined, text: String(error) };
  const { message = error.responseText } = parseBody(error.responseText);
  return { status: error.status, text: message };
}

function parseBody(text: string): { readonly message?: string } {
  try {
    return JSON.parse(text) as { readonly message?: string };
  } catch {
    return {};
  }
}

export function toEngineUnavailable(error: unknown): EngineUnavailable {
  const why = error instanceof HttpCallError ? `${error.status} ${error.responseText}` : String(error);
  return new EngineUnavailable(`The saga engine does not take orders right now: ${why}`, { cause: error });
}
