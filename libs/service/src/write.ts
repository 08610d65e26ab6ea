/** A write as a caller sends it. */
export interface Write {
  /** The operationId, for example `reserveStock`. */
  readonly operation: string;
  /** The order's id. Writes with the same id run one after the other. */
  readonly id: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  /** The request's body; undefined when it has none. */
  readonly body: unknown;
}
