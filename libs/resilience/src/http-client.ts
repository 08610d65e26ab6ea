import { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { AxiosError } from 'axios';
import type { AxiosInstance } from 'axios';
import { DownstreamError } from './downstream-error.js';

/** How one downstream is called. */
export interface DownstreamPolicy {
  /** The downstream's name, as errors and screens say it. */
  readonly downstream: string;
  /** Base URL, without a slash at its end. */
  readonly url: string;
  /** The longest that one call may take, in milliseconds. No call is made without a deadline. */
  readonly timeoutMs: number;
  /** The largest answer that is read, in bytes. */
  readonly maxBytes: number;
}

/** Bounds that come from the caller of one call. */
export interface CallBounds {
  /** When the caller needs the answer: milliseconds since the epoch. */
  readonly deadline?: number | undefined;
  /** Ends the call when the caller does not need the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The header that tells a downstream until when its answer is of use: milliseconds since the epoch. */
const DEADLINE_HEADER = 'x-request-deadline';

/**
 * Calls one downstream over kept-alive connections, always with a deadline. Any answer below 500 other than 429 is
 * given back, whatever it says; everything else is a DownstreamError.
 */
export class HttpClient {
  private readonly axios: AxiosInstance;

  constructor(private readonly policy: DownstreamPolicy) {
    this.axios = axios.create({
      baseURL: policy.url,
      httpAgent: new Agent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
      // Downstreams are named by configuration; a proxy from the environment or a redirect must not send us elsewhere.
      proxy: false,
      maxRedirects: 0,
      maxContentLength: policy.maxBytes,
      // The text is parsed here, so that broken JSON is an error and not a string that looks like an answer.
      responseType: 'text',
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
    });
  }

  get downstream(): string {
    return this.policy.downstream;
  }

  /** Throws DownstreamError. */
  async send(request: HttpRequest, bounds: CallBounds = {}): Promise<HttpAnswer> {
    const now = Date.now();
    const deadline = Math.min(now + this.policy.timeoutMs, bounds.deadline ?? Infinity);
    if (deadline <= now) throw this.timeout(request, 'no time was left for it');
    // axios' own timeout only watches for idleness: a slow drip would pass it. The signal is a true deadline.
    const timer = AbortSignal.timeout(deadline - now);
    const signal = bounds.signal ? AbortSignal.any([bounds.signal, timer]) : timer;
    try {
      const response = await this.axios.request<string>({
        method: request.method,
        url: request.path,
        headers: { accept: 'application/json', [DEADLINE_HEADER]: String(deadline), ...request.headers },
        data: request.body,
        signal,
      });
      this.refuseTrouble(request, response.status, response.headers['retry-after']);
      return { status: response.status, body: this.parse(request, response.data) };
    } catch (error) {
      if (error instanceof DownstreamError) throw error;
      if (timer.aborted) throw this.timeout(request, `it took longer than ${deadline - now} ms`);
      throw this.unavailable(request, error);
    }
  }

  private refuseTrouble(request: HttpRequest, status: number, retryAfter: unknown): void {
    if (status < 500 && status !== 429) return;
    const message = `${this.policy.downstream} answered ${status} to ${request.method} ${pathOf(request)}`;
    throw new DownstreamError('DOWNSTREAM_UNAVAILABLE', this.policy.downstream, message, {
      retryAfterMs: retryAfterMs(retryAfter),
      status,
    });
  }

  private parse(request: HttpRequest, text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      const message = `${this.policy.downstream} answered ${request.method} ${pathOf(request)} with something that is no JSON`;
      throw new DownstreamError('CONTRACT_BROKEN', this.policy.downstream, message, { cause });
    }
  }

  private timeout(request: HttpRequest, why: string): DownstreamError {
    const message = `${this.policy.downstream} did not answer ${request.method} ${pathOf(request)} in time: ${why}`;
    return new DownstreamError('DOWNSTREAM_TIMEOUT', this.policy.downstream, message);
  }

  private unavailable(request: HttpRequest, cause: unknown): DownstreamError {
    const why = cause instanceof AxiosError ? (cause.code ?? cause.message) : String(cause);
    const message = `${this.policy.downstream} could not be reached for ${request.method} ${pathOf(request)}: ${why}`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', this.policy.downstream, message, { cause });
  }
}

function pathOf(request: HttpRequest): string {
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
