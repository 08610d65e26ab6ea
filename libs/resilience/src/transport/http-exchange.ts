import { Deadline } from '@bff/kernel';
import type { CancelSignal } from '@bff/kernel';
import { AxiosError } from 'axios';
import type { Axios } from 'axios';
import { UnusableBodyError } from './body-text.js';
import { DownstreamError } from '../downstream-error.js';
import type { DownstreamPolicy } from '../downstream-policy.js';
import { ParsedItemCache } from './parsed-item-cache.js';
import { FastPathAxios } from './fast-path-axios.js';
import { createUndiciAdapter } from './undici-adapter.js';

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
  /** The length of the answer's text, in bytes. */
  readonly bytes: number;
  /** All of it came before, letter for letter, and was accepted then. */
  readonly isAlreadyChecked: boolean;
  /** Says that the answer is as it should be: what everybody may see of it need not be parsed when it comes again. */
  readonly accept?: () => void;
}

/** The header with the caller's deadline, in milliseconds since the epoch. */
const DEADLINE_HEADER = 'x-request-deadline';

/** A request and its answer over kept-alive connections to one downstream. */
export class HttpExchange {
  private readonly axios: FastPathAxios;
  private readonly parsedItems: ParsedItemCache | undefined;

  constructor(private readonly policy: DownstreamPolicy) {
    const { url, maxConcurrent: connections, maxBytes, parsedItemCacheChars = 0 } = policy;
    if (parsedItemCacheChars > 0) this.parsedItems = new ParsedItemCache(parsedItemCacheChars);
    // Downstreams are named by configuration: no proxy from the environment and no redirect sends us elsewhere.
    this.axios = new FastPathAxios(createUndiciAdapter(url, { connections, maxBytes }));
  }

  /** See every request before it is sent, and every answer: axios' own. */
  get interceptors(): Axios['interceptors'] {
    return this.axios.interceptors;
  }

  /**
   * Sends a request and reads the answer, until the deadline (milliseconds since the epoch) or a cancellation ends it. Any
   * answer below 500 other than 408, 425 and 429 is given back, whatever it says; everything else is a DownstreamError. Throws the
   * reason of the cancellation when that ended it. A public response may share items with other responses.
   */
  async run(request: HttpRequest, deadline: number, cancel?: CancelSignal, isPublic = false): Promise<HttpResponse> {
    const givenMs = deadline - Date.now();
    if (givenMs <= 0) throw this.timeout(request, 'no time was left for it');
    // axios' own timeout only watches for idleness: a slow drip would pass it. The signal is a true deadline.
    const end = new Deadline(deadline, cancel);
    try {
      const { status, headers, data } = await this.axios.send({
        method: request.method,
        url: request.path,
        headers: buildHeaders(request, deadline),
        data: request.body === undefined ? undefined : JSON.stringify(request.body),
        signal: end,
      });
      if (isTransientStatus(status)) throw this.transientFailure(request, status, headers['retry-after']);
      // The text is parsed here, so that broken JSON is an error and not a string that looks like an answer.
      const bytes = countBytes(headers['content-length'], data);
      const isCacheable = isPublic && status === 200 && request.method === 'GET';
      const list = isCacheable ? this.parsedItems?.read(data) : undefined;
      return { status, bytes, ...(list ?? { body: this.parse(request, data, status), isAlreadyChecked: false }) };
    } catch (error) {
      if (error instanceof DownstreamError) throw error;
      if (cancel?.aborted) throw cancel.reason as Error;
      if (end.expired) throw this.timeout(request, `it took longer than ${givenMs} ms`);
      if (error instanceof UnusableBodyError) throw this.unusable(request, error);
      throw this.unavailable(request, error);
    } finally {
      end.release();
    }
  }

  timeout(request: HttpRequest, why: string): DownstreamError {
    const message = `${this.policy.downstream} did not answer ${request.method} ${stripQuery(request)} in time: ${why}`;
    return new DownstreamError('DOWNSTREAM_TIMEOUT', this.policy.downstream, message);
  }

  cancelled(request: HttpRequest, cause: unknown): DownstreamError {
    const message = `The answer of ${this.policy.downstream} to ${request.method} ${stripQuery(request)} is not needed any more`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', this.policy.downstream, message, { cause });
  }

  private transientFailure(request: HttpRequest, status: number, retryAfter: unknown): DownstreamError {
    const message = `${this.policy.downstream} answered ${status} to ${request.method} ${stripQuery(request)}`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', this.policy.downstream, message, {
      retryAfterMs: retryAfterMs(retryAfter),
      status,
    });
  }

  private parse(request: HttpRequest, text: string, status: number): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw this.unusable(request, new UnusableBodyError('it is no JSON', status, cause));
    }
  }

  /** A transient status stays one, whatever its body. Any other unusable body would come again on a retry. */
  private unusable(request: HttpRequest, cause: UnusableBodyError): DownstreamError {
    const { status } = cause;
    if (status !== undefined && isTransientStatus(status)) return this.transientFailure(request, status, undefined);
    const answered = `${this.policy.downstream} answered ${status ?? 'something'} to ${request.method} ${stripQuery(request)}`;
    const message = `${answered} with a body that cannot be used: ${cause.message}`;
    return new DownstreamError('CONTRACT_VIOLATION', this.policy.downstream, message, { cause, status });
  }

  private unavailable(request: HttpRequest, cause: unknown): DownstreamError {
    const why = cause instanceof AxiosError ? (cause.code ?? cause.message) : String(cause);
    const message = `${this.policy.downstream} could not be reached for ${request.method} ${stripQuery(request)}: ${why}`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', this.policy.downstream, message, { cause });
  }
}

/** True for a status that says nothing about the request: the same one may be answered later. */
function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 429 || status === 408 || status === 425;
}

/** A server says it nearly always; else the text is looked through. */
function countBytes(contentLength: unknown, text: string): number {
  return typeof contentLength === 'string' ? Number(contentLength) : Buffer.byteLength(text);
}

function buildHeaders({ body, headers }: HttpRequest, deadline: number): Record<string, string> {
  const sent: Record<string, string> = {
    // Compressing costs both sides more than a short way saves; who compresses all the same is understood.
    accept: 'application/json',
    'accept-encoding': 'identity',
    [DEADLINE_HEADER]: String(deadline),
  };
  if (body !== undefined) sent['content-type'] = 'application/json';
  return headers ? Object.assign(sent, headers) : sent;
}

function stripQuery(request: HttpRequest): string {
  return request.path.split('?')[0] ?? request.path;
}

/** Retry-After in milliseconds; the header holds seconds or an HTTP date. */
function retryAfterMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
