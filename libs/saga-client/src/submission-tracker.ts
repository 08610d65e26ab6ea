/** Errors of connections that never were: nothing was sent. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The requests that hand one saga to the engine, and whether the engine may have received it by one of them. */
export class SubmissionTracker {
  /** Also true when a request was cut short, lost its connection, or was answered with the server's own trouble. */
  mayHaveArrived = false;

  constructor(private readonly inner: typeof fetch) {}

  readonly fetch: typeof fetch = async (...request) => {
    try {
      const response = await this.inner(...request);
      this.mayHaveArrived ||= response.ok || response.status >= 500;
      return response;
    } catch (error) {
      this.mayHaveArrived ||= !NEVER_CONNECTED.has((error as { code?: unknown } | null)?.code);
      throw error;
    }
  };
}
