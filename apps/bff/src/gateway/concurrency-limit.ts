/** Counts what each key holds at the same time, and allows no more than a limit. */
export class ConcurrencyLimit {
  private readonly counts = new Map<string, number>();

  constructor(
    /** The name of the limit's variable. */
    readonly variable: string,
    readonly max: number,
  ) {}

  /** Takes a place; false when all are taken. */
  acquire(key: string): boolean {
    const count = this.counts.get(key) ?? 0;
    if (count >= this.max) return false;
    this.counts.set(key, count + 1);
    return true;
  }

  /** Gives a place back. To be called once for each that was taken. */
  release(key: string): void {
    const count = this.counts.get(key) ?? 0;
    if (count > 1) this.counts.set(key, count - 1);
    else this.counts.delete(key);
  }
}
