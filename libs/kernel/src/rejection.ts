/** The details of a Rejection: plain values that JSON can hold. */
export type RejectionDetails = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A business rejection: the request was understood and refused. It is final and never retried; every other failure is transient
 * and is retried.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';

  constructor(
    /** Why, as one of the codes of the participant's contract, for example OUT_OF_STOCK. */
    readonly code: string,
    message: string,
    readonly details: RejectionDetails = {},
    /** 409: refused in the current state. 422: the request can never be granted. */
    readonly status: 409 | 422 = 409,
  ) {
    super(message);
  }
}
