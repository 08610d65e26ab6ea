import type { Category, Product } from '@bff/contracts';
import { BoundedMap } from '@bff/kernel';
import type { DownstreamError } from '@bff/resilience';

/** Why something old is shown, and how old it is. */
export interface Staleness {
  /** Milliseconds since it was true. */
  readonly ageMs: number;
  /** Why it could not be read again. */
  readonly cause: DownstreamError;
}

const staleness = new WeakMap<object, Staleness>();

/** How stale something is that a loader gave; undefined when it is as its service has it now. */
export function findStaleness(value: unknown): Staleness | undefined {
  return typeof value === 'object' && value !== null ? staleness.get(value) : undefined;
}

const MAX_PRODUCTS = 10_000;
const MAX_PARTITIONS = 500;

interface Remembered<T> {
  readonly value: T;
  /** performance.now() when it was true. */
  readonly at: number;
}

/**
 * The catalog's last known texts, shown while the catalog fails. Price, stock and whether a product is sold are never stale:
 * reading them from a stale product throws the failure itself.
 */
export class StaleCatalogCache {
  /** By product, the batch that it came in. */
  private readonly batches = new BoundedMap<string, Remembered<readonly Product[]>>(MAX_PRODUCTS);
  private categories: Remembered<readonly Category[]> | undefined;

  constructor(
    /** What is older is forgotten, in milliseconds; 0 remembers nothing. */
    private readonly maxAgeMs: number,
  ) {}

  rememberProducts(products: readonly Product[]): void {
    if (this.maxAgeMs === 0) return;
    const batch = { value: products, at: performance.now() };
    for (const { id } of products) this.batches.set(id, batch);
  }

  rememberCategories(value: readonly Category[]): void {
    if (this.maxAgeMs > 0) this.categories = { value, at: performance.now() };
  }

  /** The last known product, or the failure itself when there is none. */
  getStaleProduct(id: string, cause: DownstreamError): Product | DownstreamError {
    const batch = this.batches.get(id);
    const ageMs = this.getAgeMs(batch);
    const known = batch?.value.find((product) => product.id === id);
    return known && ageMs !== undefined ? markStale(buildStaleProduct(known, cause), { ageMs, cause }) : cause;
  }

  /** The last known categories. Throws the failure itself when there are none. */
  getStaleCategories(cause: DownstreamError): readonly Category[] {
    const ageMs = this.getAgeMs(this.categories);
    if (!this.categories || ageMs === undefined) throw cause;
    const how = { ageMs, cause };
    return markStale(
      this.categories.value.map((category) => markStale({ ...category }, how)),
      how,
    );
  }

  private getAgeMs(remembered: Remembered<unknown> | undefined): number | undefined {
    if (!remembered) return undefined;
    const age = performance.now() - remembered.at;
    return age <= this.maxAgeMs ? age : undefined;
  }
}

/** The cache of every partition: tests that run side by side remember nothing of each other. */
export class PartitionedStaleCatalog {
  private readonly caches = new BoundedMap<string, StaleCatalogCache>(MAX_PARTITIONS);

  constructor(private readonly maxAgeMs: number) {}

  getCache(partition: string | undefined): StaleCatalogCache {
    const key = partition ?? '';
    let cache = this.caches.get(key);
    if (!cache) {
      this.caches.set(key, (cache = new StaleCatalogCache(this.maxAgeMs)));
    }
    return cache;
  }
}

function markStale<T extends object>(value: T, how: Staleness): T {
  staleness.set(value, how);
  return value;
}

/** The texts of a product; what may have changed since throws. */
function buildStaleProduct({ id, categoryId, name, packaging, supplier }: Product, cause: DownstreamError): Product {
  const throwCause = (): never => {
    throw cause;
  };
  const texts = { id, categoryId, name, packaging, supplier };
  return Object.defineProperties(
    texts,
    Object.fromEntries(CHANGING.map((name) => [name, { get: throwCause, enumerable: false }])),
    // Reading a missing value throws the failure instead of giving undefined.
  ) as Product;
}

/** What is never shown when it may be old. */
const CHANGING = ['price', 'onHand', 'reserved', 'sold', 'discontinued'] as const satisfies readonly (keyof Product)[];
