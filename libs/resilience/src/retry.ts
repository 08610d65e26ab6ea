/** A call pays this much into the budget; a retry takes one out. */
const PER_CALL = 0.1;

/** The most that can be saved up: a short burst of failures is retried immediately. */
const MOST = 10;

/** Keeps retries to a tenth of the calls, so that they never double the load on a service that fails. */
export class RetryBudget {
  private saved = 1;

  /** A call is made that is no retry. */
  deposit(): void {
    this.saved = Math.min(MOST, this.saved + PER_CALL);
  }

  /** True when one retry may be made; it is taken out. */
  withdraw(): boolean {
    if (this.saved < 1) return false;
    this.saved -= 1;
    return true;
  }
}
