/**
 * A map that holds at most `limit` entries, or entries of that total weight; the least recently used go first. It keeps two
 * generations: when the young one reaches half of the limit, the old one is dropped, and what is read in the old one moves to
 * the young. So the most recently used half is always there, and reading a recent entry costs one look-up, where an exact order
 * of use costs a deletion and an insertion.
 */
export class BoundedMap<K, V extends object | string | number | boolean | null> {
  private young = new Map<K, V>();
  private old: typeof this.young = new Map();
  /** Of the young entries. */
  private weight = 0;
  private readonly half: number;

  constructor(
    /** At least 2. */
    limit: number,
    /** What an entry counts for. One that counts for more than half of the limit is not kept. */
    private readonly weigh: (value: V) => number = () => 1,
  ) {
    if (limit < 2) throw new RangeError(`A BoundedMap was given the limit ${limit}: at least 2 is expected`);
    this.half = limit / 2;
  }

  get(key: K): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const old = this.old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    const weight = this.weigh(value);
    if (weight > this.half) return this.delete(key);
    const before = this.young.get(key);
    this.weight += weight - (before === undefined ? 0 : this.weigh(before));
    if (this.weight > this.half) {
      this.old = this.young;
      this.young = new Map();
      this.weight = weight;
    }
    this.young.set(key, value);
  }

  delete(key: K): void {
    const value = this.young.get(key);
    if (value !== undefined) this.weight -= this.weigh(value);
    this.young.delete(key);
    this.old.delete(key);
  }
}
