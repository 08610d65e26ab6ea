import { Deadline } from '@bff/kernel';
import type { CancelSignal } from '@bff/kernel';
import { AxiosError } from 'axios';
import type { Axios } from 'axios';
import { UnusableBodyError } from './body-text.js';
import type { CallErrors } from '../call-errors.js';
import type { HttpRequest, HttpResponse } from './http-message.js';
import { DownstreamError } from '../downstream-error.js';
import type { DownstreamPolicy } from '../downstream-policy.js';
import { ParsedItemCache } from './parsed-item-cache.js';
import { DirectAxios } from './direct-axios.js';
import { createUndiciAdapter } from './undici-adapter.js';

/** The header with the caller's deadline, in milliseconds since the epoch. */
const DEADLINE_HEADER = 'x-request-deadline';

/** Sends single requests to one downstream, over kept-alive connections. */
export class HttpExchange {
  private readonly axios: DirectAxios;
  private readonly parsedItems: ParsedItemCache | undefined;

  constructor(
    policy: DownstreamPolicy,
    private readonly errors: CallErrors,
  ) {
    const { url, maxConcurrent: connections, maxBytes, parsedItemCacheChars = 0 } = policy;
    if (parsedItemCacheChars > 0) this.parsedItems = new ParsedItemCache(parsedItemCacheChars);
    // The configuration alone decides where requests go: no proxy of the environment and no redirect is followed.
    this.axios = new DirectAxios(createUndiciAdapter(url, { connections, maxBytes }));
  }

  /** axios' interceptors: they see every request before it is sent, and every response. */
  get interceptors(): Axios['interceptors'] {
    return this.axios.interceptors;
  }

  /**
   * Sends a request and reads the response, until the deadline (milliseconds since the epoch) or a cancellation. Returns any
   * response with a status below 500 other than 408, 425 and 429; everything else is a DownstreamError. Throws the reason of a
   * cancellation. A public response may share items with other responses, so they are frozen.
   */
  async run(request: HttpRequest, deadline: number, cancel?: CancelSignal, isPublic = false): Promise<HttpResponse> {
    const givenMs = deadline - Date.now();
    if (givenMs <= 0) throw this.errors.createTimeoutError(request, 'no time was left for it');
    // The timeout of axios is for an idle connection: a response that drips slowly would never reach it.
    const end = new Deadline(deadline, cancel);
    try {
      const { status, headers, data } = await this.axios.send({
        method: request.method,
        url: request.path,
        headers: buildHeaders(request, deadline),
        data: request.body === undefined ? undefined : JSON.stringify(request.body),
        signal: end,
      });
      if (isTransientStatus(status))
        throw this.errors.createTransientError(request, status, parseRetryAfterMs(headers['retry-after']));
      // Not parsed by axios, which returns broken JSON as a string.
      const bytes = countBytes(headers['content-length'], data);
      const isCacheable = isPublic && status === 200 && request.method === 'GET';
      const list = isCacheable ? this.parsedItems?.read(data) : undefined;
      return { status, bytes, ...(list ?? { body: this.parse(request, data, status), isAlreadyChecked: false }) };
    } catch (error) {
      if (error instanceof DownstreamError) throw error;
      if (cancel?.aborted) throw cancel.reason as Error;
      if (end.expired) throw this.errors.createTimeoutError(request, `it took longer than ${givenMs} ms`);
      if (error instanceof UnusableBodyError) throw this.toUnusableBodyError(request, error);
      throw this.toUnreachableError(request, error);
    } finally {
      end.release();
    }
  }

  private parse(request: HttpRequest, text: string, status: number): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw this.toUnusableBodyError(request, new UnusableBodyError('it is no JSON', status, cause));
    }
  }

  /** A transient status is a transient error, whatever its body. Any other unusable body would come again on a retry. */
  private toUnusableBodyError(request: HttpRequest, cause: UnusableBodyError): DownstreamError {
    const { status } = cause;
    return status !== undefined && isTransientStatus(status)
      ? this.errors.createTransientError(request, status, undefined)
      : this.errors.createUnusableBodyError(request, status, cause);
  }

  private toUnreachableError(request: HttpRequest, cause: unknown): DownstreamError {
    const why = cause instanceof AxiosError ? (cause.code ?? cause.message) : String(cause);
    return this.errors.createUnreachableError(request, why, cause);
  }
}

/** True for a status of the server and not of the request: the same request may succeed later. */
function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 429 || status === 408 || status === 425;
}

/** From the header where there is one: counting the bytes of a text is slow. */
function countBytes(contentLength: unknown, text: string): number {
  return typeof contentLength === 'string' ? Number(contentLength) : Buffer.byteLength(text);
}

function buildHeaders({ body, headers }: HttpRequest, deadline: number): Record<string, string> {
  const sent: Record<string, string> = {
    // Within one network compression costs more than it saves. A response that is compressed all the same is decoded.
    accept: 'application/json',
    'accept-encoding': 'identity',
    [DEADLINE_HEADER]: String(deadline),
  };
  if (body !== undefined) sent['content-type'] = 'application/json';
  return headers ? Object.assign(sent, headers) : sent;
}

/** Retry-After in milliseconds; the header holds seconds or an HTTP date. */
function parseRetryAfterMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
