import { HttpCallError } from '@restatedev/restate-sdk-clients';

/** The engine cannot be reached, or rejects the request: nothing was started or changed. A retry is safe. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
}

/** The saga does not wait for this decision or command. The message says why. */
export class NotWaiting extends Error {
  override readonly name = 'NotWaiting';
}

/** The status of the engine's response, and the message of a handler that rejected the request. */
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
  return new EngineUnavailable(`The saga engine does not accept requests right now: ${why}`, { cause: error });
}
