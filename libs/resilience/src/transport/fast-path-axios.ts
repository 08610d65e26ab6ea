import axios, { Axios } from 'axios';
import type { AxiosAdapter, AxiosHeaders, AxiosResponse, GenericAbortSignal } from 'axios';

/** A request of a typed client; the body is text already. */
export interface FastPathRequest {
  readonly method: string;
  readonly url: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly data: string | undefined;
  readonly signal: GenericAbortSignal;
}

/**
 * axios with a fast path for requests of a typed client while there is no interceptor: there is nothing to merge, to normalise or
 * to transform, and doing so costs more than sending the request (docs/adr/0013-axios-over-undici-queries-as-code.md).
 */
export class FastPathAxios extends Axios {
  constructor(private readonly adapter: AxiosAdapter) {
    const identity = (data: unknown): unknown => data;
    const { defaults } = axios.create({
      adapter,
      responseType: 'text',
      transformRequest: identity,
      transformResponse: identity,
      validateStatus: () => true,
    });
    // It has defaults for headers by method, which its own constructor takes and does not name.
    super(defaults as object);
  }

  /** Throws AxiosError. */
  send(request: FastPathRequest): Promise<AxiosResponse<string>> {
    if (isIntercepted(this.interceptors.request) || isIntercepted(this.interceptors.response))
      return this.request<string>({ ...request, headers: { ...request.headers } });
    // The adapter makes these headers axios' own as soon as a caller can see them.
    const headers = request.headers as unknown as AxiosHeaders;
    return this.adapter({ ...request, headers }) as Promise<AxiosResponse<string>>;
  }
}

function isIntercepted({ handlers }: { readonly handlers?: readonly unknown[] }): boolean {
  return handlers?.length !== 0;
}
