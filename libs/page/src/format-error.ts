import { DownstreamError } from '@bff/resilience';
import { Rejection } from '@bff/kernel';
import { GraphQLError, Kind } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { findErrorKind, isErrorCode } from './error-code.js';

/** Receives every error with the details that the client does not get. */
export interface ErrorLog {
  /** Called for every error, whatever its kind. */
  count(code: string): void;
  /** A downstream, the saga engine or the token issuer failed, or violated its contract. */
  dependencyFailure(error: unknown): void;
  /** The BFF has a bug. */
  bug(error: unknown): void;
}

/**
 * The one place that gives an error its code, whatever the transport. It hides internal details, and logs what the kind of the code
 * demands. The failure of a downstream names the downstream, but not its address; a bug is `INTERNAL`, and only the log has its
 * details.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown, log: ErrorLog): GraphQLFormattedError {
  const { locations, path } = formatted;
  const cause = findCause(error);
  const { message, extensions } = toContent(formatted, error, cause);
  const { code } = extensions;
  log.count(code);
  const kind = findErrorKind(code);
  if (kind === 'bug') log.bug(cause);
  else if (kind !== 'clientError') log.dependencyFailure(cause);
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

interface Content {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly [name: string]: unknown };
}

function toContent(
  { message, extensions: { stacktrace: _, http: __, ...given } = {} }: GraphQLFormattedError,
  error: unknown,
  cause: unknown,
): Content {
  if (cause instanceof DownstreamError) {
    const { code, downstream, retryable, retryAfterMs } = cause;
    const extensions = { code, downstream, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    return { message: MESSAGES[code](downstream), extensions };
  }
  // Apollo Server gives every error of validation the same code.
  const own = cause instanceof GraphQLError ? cause.extensions['code'] : undefined;
  const code = isErrorCode(own) ? own : given['code'];
  if (typeof code === 'string' && findErrorKind(code) !== undefined && !(cause instanceof Rejection))
    return { message, extensions: { ...given, code } };
  const request = cause instanceof GraphQLError ? findRequestErrorCode(error) : undefined;
  if (request !== undefined) return { message, extensions: { code: request } };
  return { message: 'Internal error.', extensions: { code: 'INTERNAL', retryable: false } };
}

/** What was thrown first. graphql-js wraps an error of a resolver to say where it happened, and Apollo Server to give it a code. */
function findCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/**
 * The code of an error of graphql-js or Apollo Server that has none: a variable or an argument that is not valid, or a request that
 * cannot be executed. Undefined for an error that is not about the request.
 */
function findRequestErrorCode(error: unknown): string | undefined {
  for (let one = error; one instanceof GraphQLError; one = one.originalError)
    if (isWrongVariable(one) || WRONG_ARGUMENT.test(one.message)) return 'BAD_USER_INPUT';
  // An error during execution has a path.
  const { path, nodes } = error instanceof GraphQLError ? error : { path: [], nodes: [] };
  return path === undefined && nodes === undefined ? 'BAD_REQUEST' : undefined;
}

function isWrongVariable({ nodes, message }: GraphQLError): boolean {
  return nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION && message.startsWith('Variable "$');
}

const WRONG_ARGUMENT = /^Argument "\w+" (of (required|non-null) type|has invalid value)/;

const MESSAGES = {
  DOWNSTREAM_UNAVAILABLE: (downstream: string) => `The ${downstream} service cannot be reached right now.`,
  DOWNSTREAM_TIMEOUT: (downstream: string) => `The ${downstream} service did not respond in time.`,
  CONTRACT_VIOLATION: (downstream: string) =>
    `The ${downstream} service returned a response that violates its contract.`,
} as const;
