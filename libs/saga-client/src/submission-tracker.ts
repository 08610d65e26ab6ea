/** Errors before a connection was established: nothing was sent. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Tracks the requests that submit one saga, and whether the engine may have received one of them. */
export class SubmissionTracker {
  /** Also true when a request was aborted, lost its connection, or was answered with a server error. */
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
