import { GraphQLError } from 'graphql';

/** The request has no valid token, and what it asks for needs one. Answered with HTTP status 401 when no part of the request was answered. */
export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'UNAUTHENTICATED', retryable: false, http: { status: 401 } },
  });
}

/** An argument is wrong. `argument` is its path in the operation, for example `input.lines.0.quantity`. */
export function badUserInput(argument: string, message: string): GraphQLError {
  return new GraphQLError(`${argument}: ${message}`, {
    extensions: { code: 'BAD_USER_INPUT', argument, retryable: false },
  });
}

/** The saga engine has not received the order; the same mutation with the same key may be sent again. */
export function orderingUnavailable(cause: Error): GraphQLError {
  return new GraphQLError(
    'Orders cannot be taken right now. Sending this again with the same idempotencyKey is safe.',
    {
      originalError: cause,
      extensions: { code: 'ORDERING_UNAVAILABLE', retryable: true },
    },
  );
}

/** The saga engine is away, so that nothing can be cancelled right now. */
export function cancellingUnavailable(cause: Error): GraphQLError {
  return new GraphQLError('Orders cannot be cancelled right now. Sending this again is safe.', {
    originalError: cause,
    extensions: { code: 'ORDERING_UNAVAILABLE', retryable: true },
  });
}

/** Tokens cannot be checked right now, because the keys of their issuer are out of reach. */
export function authenticationUnavailable(cause: Error): GraphQLError {
  return new GraphQLError('Tokens cannot be checked right now. Sending this again later may help.', {
    originalError: cause,
    extensions: { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true, http: { status: 503 } },
  });
}

/**
 * One request asks for more than a limit allows, whenever it is sent. `limit` is the name of the limit: that of its variable in
 * docs/configuration.md where it has one.
 */
export function limitExceeded(limit: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED', limit, retryable: false } });
}

/** The viewer is known, and may not see or do this. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN', retryable: false } });
}

/**
 * A viewer or an address holds more at the same time than a limit allows: the same request may succeed later. `limit` is the name
 * of the limit's variable in docs/configuration.md.
 */
export function tooManyRequests(limit: string, message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'TOO_MANY_REQUESTS', limit, retryable: true, http: { status: 429 } },
  });
}

/** The request cannot be read, whatever it asks for. */
export function badRequest(message: string, status = 400): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });
}
