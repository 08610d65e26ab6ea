import { registerEnumType } from '@nestjs/graphql';

/** What went wrong: see the table of kinds in docs/errors.md. */
export type ErrorKind = keyof typeof ERROR_KINDS;

/** The kinds of errors, and what is done about each. There are no others. */
export const ERROR_KINDS = {
  mistake: {
    what: 'The client asked for what cannot be asked for.',
    log: 'Nothing: it is counted in `graphql_errors_total`.',
    retried: 'Never.',
  },
  refusal: {
    what: 'The business says no: a member of the result union, or 409 and 422 of a service.',
    log: 'Nothing: it is an answer.',
    retried: 'Never.',
  },
  trouble: {
    what: 'Something that is needed cannot be reached, or answers too late.',
    log: 'One warning, without a stack.',
    retried: 'By us within limits, and by whoever asked.',
  },
  fault: {
    what: 'Something that is needed answers what waiting does not cure.',
    log: 'One warning, without a stack.',
    retried: 'Never.',
  },
  bug: {
    what: 'Code of ours is wrong. The inside is never shown.',
    log: 'One error, with its stack.',
    retried: 'Never.',
  },
} as const;

/** What is to be known of an error code: for the schema, for docs/errors.md, and for whoever writes a screen. */
interface ErrorCodeFacts {
  readonly kind: ErrorKind;
  /** When it is said. */
  readonly cause: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** What a screen does. */
  readonly screen: string;
}

/** Every code that an error of ours can have. Nothing else is ever said. */
export const ERROR_FACTS = {
  DOWNSTREAM_UNAVAILABLE: {
    kind: 'trouble',
    cause:
      'A service refused, cut, said 408, 425, 429 or 5xx, or is not called right now because its breaker or bulkhead says so.',
    retryable: true,
    screen: 'Shows the rest, and offers to try again, after `retryAfterMs` where it is given.',
  },
  DOWNSTREAM_TIMEOUT: {
    kind: 'trouble',
    cause: "A service did not answer before the page's deadline.",
    retryable: true,
    screen: 'Shows the rest, and offers to try again.',
  },
  CONTRACT_BROKEN: {
    kind: 'fault',
    cause: 'A service answered what its contract does not allow.',
    retryable: false,
    screen: 'Shows the rest. Asking again does not help until the service is mended.',
  },
  ORDERING_UNAVAILABLE: {
    kind: 'trouble',
    cause: 'The saga engine is away: the order, or the cancellation, has not been taken.',
    retryable: true,
    screen: 'Sends the same mutation again; createOrder with the same idempotencyKey.',
  },
  UNAUTHENTICATED: {
    kind: 'mistake',
    cause: 'No token where one is needed (200), or one that is malformed, expired or not signed for us (401).',
    retryable: false,
    screen: 'Asks the customer to sign in.',
  },
  FORBIDDEN: {
    kind: 'mistake',
    cause: 'It is for operators, and the token has no role `operator`.',
    retryable: false,
    screen: 'Says that it is not for this viewer.',
  },
  AUTHENTICATION_UNAVAILABLE: {
    kind: 'trouble',
    cause: "The keys of the token's issuer are out of reach (503).",
    retryable: true,
    screen: 'Offers to try again; the customer need not sign in anew.',
  },
  BAD_USER_INPUT: {
    kind: 'mistake',
    cause: 'An argument is out of bounds; `argument` is its path.',
    retryable: false,
    screen: 'Shows the message at the field.',
  },
  DOCUMENT_UNKNOWN: {
    kind: 'mistake',
    cause: 'Only trusted documents are answered, and no manifest has this one (400).',
    retryable: false,
    screen: "Nothing: the manifest of this frontend's build is to be deployed before it.",
  },
  LIMIT_EXCEEDED: {
    kind: 'mistake',
    cause: 'One request asks for more than a limit allows; `limit` names it. Nothing was done.',
    retryable: false,
    screen: 'Asks for less, in several requests.',
  },
  TOO_MANY_REQUESTS: {
    kind: 'mistake',
    cause:
      'A viewer or an address holds more at the same time than a limit allows; `limit` names it (429). Nothing was done.',
    retryable: true,
    screen: 'Asks again once earlier requests have ended.',
  },
  INTERNAL: {
    kind: 'bug',
    cause: 'A bug of ours; the log has it.',
    retryable: false,
    screen: 'Shows the rest, and says that something is broken on our side.',
  },
} as const satisfies Readonly<Record<string, ErrorCodeFacts>>;

/** The codes of requests that are no valid operation, in the words of GraphQL servers. All are mistakes of the client. */
export const REQUEST_ERROR_FACTS = {
  GRAPHQL_PARSE_FAILED: 'The document is no GraphQL (400).',
  GRAPHQL_VALIDATION_FAILED: 'The document asks for what the schema does not have (400).',
  OPERATION_RESOLUTION_FAILURE:
    'No operation of the document has the `operationName`, or several might be meant (400).',
  PERSISTED_QUERY_NOT_FOUND: 'The hash is not known yet: the client sends the document with it (200).',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Only trusted documents are answered, and none has this hash (200).',
  BAD_REQUEST:
    'The request cannot be read: its address (404), method (405), media type (406, 415), body or parts (400), or it did not arrive in time (408).',
} as const;

export type ErrorCode = keyof typeof ERROR_FACTS;

/** The codes as the enum of the schema. */
export const ErrorCodes = Object.fromEntries(Object.keys(ERROR_FACTS).map((code) => [code, code])) as {
  readonly [Code in ErrorCode]: Code;
};

registerEnumType(ErrorCodes, {
  name: 'ErrorCode',
  description:
    'Why a part of an answer is missing, or a request was refused: the `code` in the extensions of an error.',
  valuesMap: Object.fromEntries(
    Object.entries(ERROR_FACTS).map(([code, { cause, retryable, screen }]) => [
      code,
      { description: `${cause} ${retryable ? 'Retryable' : 'Not retryable'}. A screen: ${screen}` },
    ]),
  ),
});

/** True for a code of ours. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_FACTS, code);
}

/** What an error of this code is; undefined for a code that nobody may say. */
export function kindOf(code: unknown): ErrorKind | undefined {
  if (isErrorCode(code)) return ERROR_FACTS[code].kind;
  return typeof code === 'string' && Object.hasOwn(REQUEST_ERROR_FACTS, code) ? 'mistake' : undefined;
}
