import { GraphQLError } from 'graphql';

/** The operation needs a token, and the request has no valid one. The HTTP status is 401 when no part of the request was executed. */
export function createUnauthenticatedError(message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'UNAUTHENTICATED', retryable: false, http: { status: 401 } },
  });
}

/** An argument is not valid. `argument` is its path in the operation, for example `input.lines.0.quantity`. */
export function createBadUserInputError(argument: string, message: string): GraphQLError {
  return new GraphQLError(`${argument}: ${message}`, {
    extensions: { code: 'BAD_USER_INPUT', argument, retryable: false },
  });
}

/** The saga engine cannot be reached, so that the order was not placed. */
export function createOrderingUnavailableError(cause: Error): GraphQLError {
  return new GraphQLError(
    'Orders cannot be placed right now. It is safe to send this again with the same idempotencyKey.',
    {
      originalError: cause,
      extensions: { code: 'ORDERING_UNAVAILABLE', retryable: true },
    },
  );
}

/** The saga engine cannot be reached, so that the order was not cancelled. */
export function createCancellingUnavailableError(cause: Error): GraphQLError {
  return new GraphQLError('Orders cannot be cancelled right now. It is safe to send this again.', {
    originalError: cause,
    extensions: { code: 'ORDERING_UNAVAILABLE', retryable: true },
  });
}

/** The token cannot be verified, because the keys of its issuer cannot be loaded. */
export function createAuthenticationUnavailableError(cause: Error): GraphQLError {
  return new GraphQLError('Tokens cannot be verified right now. Send this again later.', {
    originalError: cause,
    extensions: { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true, http: { status: 503 } },
  });
}

/**
 * A request is larger than a limit allows. `limit` is the name of the limit: its variable in docs/configuration.md where it has one.
 */
export function createLimitExceededError(limit: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED', limit, retryable: false } });
}

/** The viewer has no permission. */
export function createForbiddenError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN', retryable: false } });
}

/**
 * A viewer or an IP address has too much in flight: the same request may succeed later. `limit` is the name of the limit's variable
 * in docs/configuration.md.
 */
export function createTooManyRequestsError(limit: string, message: string): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'TOO_MANY_REQUESTS', limit, retryable: true, http: { status: 429 } },
  });
}

/** The request cannot be read. */
export function createBadRequestError(message: string, status = 400): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });
}
