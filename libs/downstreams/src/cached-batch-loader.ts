import DataLoader from 'dataloader';

/**
 * A loader for lists with many references to few items: an item that is loaded is returned immediately, without a promise for each
 * reference.
 */
export class CachedBatchLoader<T> extends DataLoader<string, T> {
  private readonly settled = new Map<string, T | Error>();
  /** The number of calls of `load`; their items may be settled or not. */
  private loadsBegun = 0;

  constructor(
    private readonly read: (ids: readonly string[]) => Promise<readonly (T | Error)[]>,
    private readonly options: { readonly name: string; readonly maxBatchSize: number },
  ) {
    super((ids) => this.readAndStore(ids), options);
  }

  override load(id: string): Promise<T> {
    this.loadsBegun += 1;
    return super.load(id);
  }

  /** Resolves when all items are loaded or failed; the failure of an item is thrown by `getOrLoad`. */
  async prefetch(ids: readonly string[]): Promise<void> {
    const asked = new Set<string>();
    for (const id of ids) if (!this.settled.has(id)) asked.add(id);
    const unknown = [...asked];
    if (unknown.length === 0) return;
    // Loads that have begun may wait for their batch: these items join it.
    if (this.loadsBegun > 0) await this.loadMany(unknown);
    else if (unknown.length <= this.options.maxBatchSize) await this.readAndStore(unknown).catch(ignoreError);
    else
      await Promise.all(
        splitIntoChunks(unknown, this.options.maxBatchSize).map((chunk) => this.readAndStore(chunk).catch(ignoreError)),
      );
  }

  /** The item if it is loaded, else its promise. Throws its failure. */
  getOrLoad(id: string): T | Promise<T> {
    const known = this.settled.get(id);
    if (known instanceof Error) throw known;
    return known === undefined ? this.load(id) : known;
  }

  private async readAndStore(ids: readonly string[]): Promise<readonly (T | Error)[]> {
    try {
      const found = await this.read(ids);
      ids.forEach((id, nth) => this.settled.set(id, found[nth] as T | Error));
      return found;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      for (const id of ids) this.settled.set(id, failure);
      throw failure;
    }
  }
}

/** The failure is stored for `getOrLoad`. */
function ignoreError(): void {
  return;
}

function splitIntoChunks<T>(items: readonly T[], size: number): (readonly T[])[] {
  if (items.length <= size) return [items];
  return [items.slice(0, size), ...splitIntoChunks(items.slice(size), size)];
}
