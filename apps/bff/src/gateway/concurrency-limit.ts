/** Limits how many requests, connections or subscriptions each key may have at the same time. */
export class ConcurrencyLimit {
  private readonly counts = new Map<string, number>();

  constructor(
    /** The configuration variable that sets the limit. */
    readonly variable: string,
    readonly max: number,
  ) {}

  /** Takes a place of the key; false when all are taken. */
  acquire(key: string): boolean {
    const count = this.counts.get(key) ?? 0;
    if (count >= this.max) return false;
    this.counts.set(key, count + 1);
    return true;
  }

  /** Gives a place back. Call it once for each `acquire` that returned true. */
  release(key: string): void {
    const count = this.counts.get(key) ?? 0;
    if (count > 1) this.counts.set(key, count - 1);
    else this.counts.delete(key);
  }
}
