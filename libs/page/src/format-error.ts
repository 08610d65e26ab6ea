import { DownstreamError } from '@bff/resilience';
import { Rejection } from '@bff/kernel';
import { GraphQLError, Kind } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { isErrorCode, kindOf } from './error-code.js';

/** Where what the client is not told goes. */
export interface ErrorLog {
  /** Counts every error, whatever its kind. */
  count(code: string): void;
  /** A downstream, the engine or the issuer of tokens is in trouble, or breaks its contract. */
  trouble(error: unknown): void;
  /** Our own mistake. */
  bug(error: unknown): void;
}

/**
 * The one place that decides what an error is, for every door: gives it its code, shows nothing of our inside, and logs what the
 * kind of the code demands. A downstream's trouble names the downstream and not its address; a bug is `INTERNAL`, and the log has
 * all that is known of it.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown, log: ErrorLog): GraphQLFormattedError {
  const { locations, path } = formatted;
  const cause = causeOf(error);
  const { message, extensions } = contentOf(formatted, error, cause);
  const { code } = extensions;
  log.count(code);
  const kind = kindOf(code);
  if (kind === 'bug') log.bug(cause);
  else if (kind !== 'mistake') log.trouble(cause);
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

interface Content {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly [name: string]: unknown };
}

function contentOf(
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
  if (typeof code === 'string' && kindOf(code) !== undefined && !(cause instanceof Rejection))
    return { message, extensions: { ...given, code } };
  const request = cause instanceof GraphQLError ? requestErrorCodeOf(error) : undefined;
  if (request !== undefined) return { message, extensions: { code: request } };
  return { message: 'Something broke on our side.', extensions: { code: 'INTERNAL', retryable: false } };
}

/** What was thrown first. graphql-js wraps an error of a resolver to say where it happened, and Apollo Server to give it a code. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/**
 * The code of an error of graphql-js or Apollo Server that has none: a variable or an argument that is wrong, or a request that
 * cannot be executed. Undefined for an error that is no request's.
 */
function requestErrorCodeOf(error: unknown): string | undefined {
  for (let one = error; one instanceof GraphQLError; one = one.originalError)
    if (isWrongVariable(one) || WRONG_ARGUMENT.test(one.message)) return 'BAD_USER_INPUT';
  // Whatever happens while an operation is executed has a path.
  const { path, nodes } = error instanceof GraphQLError ? error : { path: [], nodes: [] };
  return path === undefined && nodes === undefined ? 'BAD_REQUEST' : undefined;
}

function isWrongVariable({ nodes, message }: GraphQLError): boolean {
  return nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION && message.startsWith('Variable "$');
}

const WRONG_ARGUMENT = /^Argument "\w+" (of (required|non-null) type|has invalid value)/;

const MESSAGES = {
  DOWNSTREAM_UNAVAILABLE: (downstream: string) => `The ${downstream} service cannot be reached right now.`,
  DOWNSTREAM_TIMEOUT: (downstream: string) => `The ${downstream} service did not answer in time.`,
  CONTRACT_BROKEN: (downstream: string) => `The ${downstream} service and this page do not understand each other.`,
} as const;
