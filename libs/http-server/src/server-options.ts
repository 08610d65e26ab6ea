import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** What bounds the connections of a server, by the names of their variables. */
export interface ServerBounds {
  /** How long a request may take to arrive, headers and body, in milliseconds. */
  readonly REQUEST_TIMEOUT_MS: number;
  /** The most connections at the same time. */
  readonly MAX_CONNECTIONS: number;
  /** The most connections of one address; without it there is no such bound. */
  readonly MAX_CONNECTIONS_PER_ADDRESS?: number | undefined;
}

/** Why a request is refused before anybody looks at what it asks for. */
export interface Refusal {
  readonly status: number;
  readonly code: 'BAD_REQUEST' | 'TOO_MANY_REQUESTS';
  readonly message: string;
  /** The name of the limit's variable, of TOO_MANY_REQUESTS. */
  readonly limit?: string;
}

/** How often Node looks for requests that take too long to arrive, in milliseconds; its default is 30 seconds. */
const CHECK_EVERY_MS = 500;

/** The options of `http.createServer`. */
export function createServerOptions({ REQUEST_TIMEOUT_MS: timeout }: Pick<ServerBounds, 'REQUEST_TIMEOUT_MS'>) {
  return { requestTimeout: timeout, headersTimeout: timeout, connectionsCheckingInterval: CHECK_EVERY_MS };
}

/** The same for Fastify, which answers what is no HTTP in the form of the server's other answers. */
export function createFastifyOptions(bounds: Pick<ServerBounds, 'REQUEST_TIMEOUT_MS'>, formatRefusal: FormatRefusal) {
  const http = createServerOptions(bounds);
  return { http, requestTimeout: http.requestTimeout, clientErrorHandler: createClientErrorHandler(formatRefusal) };
}

/** A refusal as the body of an answer. */
export type FormatRefusal = (refusal: Refusal) => object;

/** The form of the services, the orchestrator and the mocks. */
export const toProblem: FormatRefusal = ({ code, message, limit }) => ({
  code,
  message,
  ...(limit !== undefined && { details: { limit } }),
});

/** Where nothing else is configured. */
export const DEFAULT_BOUNDS: ServerBounds = { REQUEST_TIMEOUT_MS: 10_000, MAX_CONNECTIONS: 10_000 };

interface ClientError {
  readonly code?: string;
}

/** Answers what is no HTTP, or does not arrive in time, in the form of the server's other answers. */
export function createClientErrorHandler(formatRefusal: FormatRefusal) {
  return ({ code }: ClientError, socket: Socket): void => {
    if (code === 'ECONNRESET' || socket.destroyed) return;
    const refusal = REFUSALS[code ?? ''] ?? NO_HTTP;
    const body = JSON.stringify(formatRefusal(refusal));
    const head = [
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
  };
}

const NO_HTTP: Refusal = { status: 400, code: 'BAD_REQUEST', message: 'This is no request of HTTP/1.1.' };

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'BAD_REQUEST', message: 'The request did not arrive in time.' },
  HPE_HEADER_OVERFLOW: { status: 431, code: 'BAD_REQUEST', message: 'The headers of the request are too large.' },
};
