import { DownstreamError } from '@bff/resilience';
import { Rejection } from '@bff/kernel';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { isErrorCode } from './error-code.js';

/** What Apollo Server says of a request that is no valid operation; the client's mistake in every case. */
const INVALID = new Set([
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE'],
  ...['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'],
]);

/** Where what the client is not told goes. */
export interface ErrorLog {
  /** A downstream, the engine or the issuer of tokens is in trouble. */
  trouble(error: unknown): void;
  /** Our own mistake. */
  bug(error: unknown): void;
}

/**
 * Gives every error its code, and shows nothing of our inside: a downstream's trouble names the downstream and not its
 * address, and a bug is `INTERNAL` and goes to the log with all that is known.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown, log: ErrorLog): GraphQLFormattedError {
  const { locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (cause instanceof DownstreamError) {
    log.trouble(cause);
    const { code, downstream, retryable, retryAfterMs } = cause;
    return {
      message: MESSAGES[code](downstream),
      ...place,
      extensions: { code, downstream, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    };
  }
  const code = formatted.extensions?.['code'];
  if (!(cause instanceof Rejection) && typeof code === 'string' && (isErrorCode(code) || INVALID.has(code))) {
    if (cause !== error) log.trouble(cause);
    const { stacktrace: _, http: __, ...extensions } = formatted.extensions ?? {};
    return { message: formatted.message, ...place, extensions };
  }
  log.bug(cause);
  return {
    message: 'Something broke on our side.',
    ...place,
    extensions: { code: 'INTERNAL', retryable: false },
  };
}

const MESSAGES = {
  DOWNSTREAM_UNAVAILABLE: (downstream: string) => `The ${downstream} service cannot be reached right now.`,
  DOWNSTREAM_TIMEOUT: (downstream: string) => `The ${downstream} service did not answer in time.`,
  CONTRACT_BROKEN: (downstream: string) => `The ${downstream} service and this page do not understand each other.`,
} as const;
