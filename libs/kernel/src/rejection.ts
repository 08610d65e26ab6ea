/** What a Rejection says beside its code: plain values, fit for JSON. */
export type RejectionDetails = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A business "no": the answer to a request that was understood and refused. It is final and never retried.
 * Every other failure is transient, and is retried.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';

  constructor(
    /** Why, as one of the codes of the participant's contract, for example OUT_OF_STOCK. */
    readonly code: string,
    message: string,
    readonly details: RejectionDetails = {},
    /** 409: the state of things says no. 422: the request itself can never be granted. */
    readonly status: 409 | 422 = 409,
  ) {
    super(message);
  }
}
