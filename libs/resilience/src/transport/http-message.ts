export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: unknown;
  /** The length of the body, in bytes. */
  readonly bytes: number;
  /** True when every item of the body comes from the cache of parsed items, and was accepted before. */
  readonly isAlreadyChecked: boolean;
  /** To be called when the body keeps its contract: its public items are cached, and not parsed again. */
  readonly accept?: () => void;
}
