import { registerEnumType } from '@nestjs/graphql';

/** What kind of error a code stands for: see the table of kinds in docs/errors.md. */
export type ErrorKind = keyof typeof ERROR_KINDS;

/** The kinds of errors, and how each is handled. There are no others. */
export const ERROR_KINDS = {
  clientError: {
    what: 'The request is invalid, or the client may not send it.',
    log: 'Nothing; it is counted in the metric `graphql_errors_total`.',
    retried: 'Never.',
  },
  rejection: {
    what: 'A business rule forbids it. Not an error in the response: a member of the result union of the mutation (409 or 422 of a service).',
    log: 'Nothing.',
    retried: 'Never.',
  },
  transient: {
    what: 'A service that is needed cannot be reached, or is too slow.',
    log: 'One warning, without a stack trace.',
    retried: 'By the BFF within limits; the client may retry, too.',
  },
  contractViolation: {
    what: 'A service returned a response that its contract does not allow. It needs a fix.',
    log: 'One warning, without a stack trace.',
    retried: 'Never.',
  },
  bug: {
    what: 'The BFF has a bug. The client sees no details.',
    log: 'One error, with its stack trace.',
    retried: 'Never.',
  },
} as const;

/** What a client needs to know about an error code: the source of the schema's descriptions and of docs/errors.md. */
interface ErrorCodeFacts {
  readonly kind: ErrorKind;
  /** When a client gets it. */
  readonly cause: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** What a screen does. */
  readonly screen: string;
}

/** Every code that an error of the BFF can have, except those of invalid requests (`REQUEST_ERROR_FACTS`). */
export const ERROR_FACTS = {
  DOWNSTREAM_UNAVAILABLE: {
    kind: 'transient',
    cause:
      'A service refused or closed the connection, answered 408, 425, 429 or 5xx, or is not called now because its circuit breaker is open or its bulkhead is full. `downstream` names the service.',
    retryable: true,
    screen: 'Show the rest of the page, and offer a retry; after `retryAfterMs` milliseconds where it is given.',
  },
  DOWNSTREAM_TIMEOUT: {
    kind: 'transient',
    cause: 'A service did not respond before the deadline of the request. `downstream` names the service.',
    retryable: true,
    screen: 'Show the rest of the page, and offer a retry.',
  },
  CONTRACT_VIOLATION: {
    kind: 'contractViolation',
    cause: 'A service returned a response that violates its contract. `downstream` names the service.',
    retryable: false,
    screen: 'Show the rest of the page. A retry does not help until the service is fixed.',
  },
  ORDERING_UNAVAILABLE: {
    kind: 'transient',
    cause: 'The saga engine cannot be reached. The order was not placed, or not cancelled.',
    retryable: true,
    screen: 'Send the same mutation again; `createOrder` with the same `idempotencyKey`.',
  },
  UNAUTHENTICATED: {
    kind: 'clientError',
    cause:
      'The request needs a token and has none (HTTP status 200), or its token is malformed, expired or not signed by a trusted issuer (401).',
    retryable: false,
    screen: 'Ask the customer to sign in.',
  },
  FORBIDDEN: {
    kind: 'clientError',
    cause: 'Only operators may do this, and the token does not have the role `operator`.',
    retryable: false,
    screen: 'Say that the viewer has no permission.',
  },
  AUTHENTICATION_UNAVAILABLE: {
    kind: 'transient',
    cause: 'The token cannot be checked, because the keys of its issuer cannot be loaded (503).',
    retryable: true,
    screen: 'Offer a retry. The customer does not need to sign in again.',
  },
  BAD_USER_INPUT: {
    kind: 'clientError',
    cause:
      'An argument or variable is not valid. `argument` is its path, for example `input.lines.0.quantity`; it is missing when the value does not even have the right type.',
    retryable: false,
    screen: 'Show the message at the field.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    kind: 'clientError',
    cause:
      'No document is known by the hash (`documentId`, or `persistedQuery.sha256Hash`) that was sent. Where only trusted documents are executed, as in production, a document sent as text that is in no manifest gets it, too (400).',
    retryable: false,
    screen:
      "Nothing a screen can do: deploy the manifest of the frontend's build before the frontend. A client with automatic persisted queries sends the text itself, which helps only where any document is executed.",
  },
  LIMIT_EXCEEDED: {
    kind: 'clientError',
    cause: 'The request is larger than a limit allows. `limit` names the limit.',
    retryable: false,
    screen: 'Ask for less, or split it into several requests.',
  },
  TOO_MANY_REQUESTS: {
    kind: 'clientError',
    cause:
      'The viewer, or the IP address, has too many requests, subscriptions or connections at the same time (429). `limit` names the limit. Nothing was done.',
    retryable: true,
    screen: 'Retry once earlier requests have ended.',
  },
  INTERNAL: {
    kind: 'bug',
    cause: 'The BFF has a bug. Its log has the details.',
    retryable: false,
    screen: 'Show the rest of the page, and say that something went wrong.',
  },
} as const satisfies Readonly<Record<string, ErrorCodeFacts>>;

/** The codes of requests that are not a valid operation, as Apollo Server names them. All are client errors. */
export const REQUEST_ERROR_FACTS = {
  GRAPHQL_PARSE_FAILED: 'The document is not valid GraphQL (400).',
  GRAPHQL_VALIDATION_FAILED: 'The document does not match the schema (400).',
  OPERATION_RESOLUTION_FAILURE:
    'The document has no operation of the name `operationName`, or has several and none is named (400).',
  PERSISTED_QUERY_NOT_SUPPORTED:
    'Only trusted documents are executed, and `extensions.persistedQuery` has no hash of one (200).',
  BAD_REQUEST:
    'The request cannot be read: its URL (404), method (405), media type (406, 415), or its body or parameters (400); or it did not arrive in time (408).',
} as const;

export type ErrorCode = keyof typeof ERROR_FACTS;

/** The codes as the enum of the schema. */
export const ErrorCodes = Object.fromEntries(Object.keys(ERROR_FACTS).map((code) => [code, code])) as {
  readonly [Code in ErrorCode]: Code;
};

registerEnumType(ErrorCodes, {
  name: 'ErrorCode',
  description:
    'Why a part of a response is missing, or why a request failed: the `code` in the `extensions` of an error. Requests that are not a valid operation have codes of their own, which docs/errors.md lists.',
  valuesMap: Object.fromEntries(
    Object.entries(ERROR_FACTS).map(([code, { cause, retryable, screen }]) => [
      code,
      { description: `${cause} ${retryable ? 'Retryable' : 'Not retryable'}. What a screen does: ${screen}` },
    ]),
  ),
});

/** True for a code of `ERROR_FACTS`. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_FACTS, code);
}

/** The kind of error that a code stands for; undefined for a code that no error of the BFF may have. */
export function findErrorKind(code: unknown): ErrorKind | undefined {
  if (isErrorCode(code)) return ERROR_FACTS[code].kind;
  return typeof code === 'string' && Object.hasOwn(REQUEST_ERROR_FACTS, code) ? 'clientError' : undefined;
}
