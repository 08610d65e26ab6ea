import { registerEnumType } from '@nestjs/graphql';

/** What is to be known of an error code: for the schema, for docs/errors.md, and for whoever writes a screen. */
interface ErrorCodeFacts {
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
    cause:
      'A service refused, cut, said 429 or 5xx, or is not called right now because its breaker or bulkhead says so.',
    retryable: true,
    screen: 'Shows the rest, and offers to try again, after `retryAfterMs` where it is given.',
  },
  DOWNSTREAM_TIMEOUT: {
    cause: "A service did not answer before the page's deadline.",
    retryable: true,
    screen: 'Shows the rest, and offers to try again.',
  },
  CONTRACT_BROKEN: {
    cause: 'A service answered what its contract does not allow.',
    retryable: false,
    screen: 'Shows the rest. Asking again does not help until the service is mended.',
  },
  ORDERING_UNAVAILABLE: {
    cause: 'The saga engine takes no orders right now.',
    retryable: true,
    screen: 'Sends the same mutation again, with the same idempotencyKey.',
  },
  UNAUTHENTICATED: {
    cause: 'No token where one is needed (200), or one that is malformed, expired or not signed for us (401).',
    retryable: false,
    screen: 'Asks the customer to sign in.',
  },
  FORBIDDEN: {
    cause: 'It is for operators, and the token has no role `operator`.',
    retryable: false,
    screen: 'Says that it is not for this viewer.',
  },
  AUTHENTICATION_UNAVAILABLE: {
    cause: "The keys of the token's issuer are out of reach (503).",
    retryable: true,
    screen: 'Offers to try again; the customer need not sign in anew.',
  },
  BAD_USER_INPUT: {
    cause: 'An argument is out of bounds; `argument` is its path.',
    retryable: false,
    screen: 'Shows the message at the field.',
  },
  DOCUMENT_UNKNOWN: {
    cause: 'Only trusted documents are answered, and no manifest has this one (400).',
    retryable: false,
    screen: "Nothing: the manifest of this frontend's build is to be deployed before it.",
  },
  LIMIT_EXCEEDED: {
    cause: 'One request asks for more than a limit allows; `limit` names it. Nothing was done.',
    retryable: false,
    screen: 'Asks for less, in several requests.',
  },
  INTERNAL: {
    cause: 'A bug of ours; the log has it.',
    retryable: false,
    screen: 'Shows the rest, and says that something is broken on our side.',
  },
} as const satisfies Readonly<Record<string, ErrorCodeFacts>>;

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
