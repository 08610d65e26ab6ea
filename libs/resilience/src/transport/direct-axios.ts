import axios, { Axios } from 'axios';
import type { AxiosAdapter, AxiosHeaders, AxiosResponse, GenericAbortSignal } from 'axios';

/** A request of a typed client. */
export interface DirectRequest {
  readonly method: string;
  readonly url: string;
  /** With lowercase names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly data: string | undefined;
  readonly signal: GenericAbortSignal;
}

/**
 * axios that passes the requests of a typed client directly to its adapter, while there is no interceptor. They need no merging, normalising or
 * transforming, which costs more than sending the request (docs/adr/0013-axios-over-undici-queries-as-code.md).
 */
export class DirectAxios extends Axios {
  constructor(private readonly adapter: AxiosAdapter) {
    const returnUnchanged = (data: unknown): unknown => data;
    const { defaults } = axios.create({
      adapter,
      responseType: 'text',
      transformRequest: returnUnchanged,
      transformResponse: returnUnchanged,
      validateStatus: () => true,
    });
    // The constructor takes its own defaults, but its type does not allow their headers by method.
    super(defaults as object);
  }

  /** Throws AxiosError. */
  send(request: DirectRequest): Promise<AxiosResponse<string>> {
    if (isIntercepted(this.interceptors.request) || isIntercepted(this.interceptors.response))
      return this.request<string>({ ...request, headers: { ...request.headers } });
    // In errors, where callers see them, the adapter replaces these headers by AxiosHeaders.
    const headers = request.headers as unknown as AxiosHeaders;
    return this.adapter({ ...request, headers }) as Promise<AxiosResponse<string>>;
  }
}

function isIntercepted({ handlers }: { readonly handlers?: readonly unknown[] }): boolean {
  return handlers?.length !== 0;
}
