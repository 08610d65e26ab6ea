import type { Product, Reservation, ReservationLine } from '@bff/contracts';
import { Rejection, toSearchForm, toCents } from '@bff/kernel';
import { toReadResult } from './duties.js';
import type { Duties, Moved } from './duties.js';
import type { FakeService } from './fake-service.js';
import { comparePlaces, compareText, createPage } from './pagination.js';
import type { Sorting } from './pagination.js';
import type { Seed } from './seed.js';

/** The lifetime of a reservation, in milliseconds. A fake never expires one. */
const TTL_MS = 15 * 60_000;

type Lines = readonly ReservationLine[];
type Move = Partial<Record<'onHand' | 'reserved' | 'sold', 1 | -1>>;

/** The data of the catalog in memory: products with their stock, and the reservations of orders. */
class CatalogBooks {
  readonly products: Map<string, Product>;
  readonly reservations = new Map<string, Reservation>();

  constructor(
    products: readonly Product[],
    private readonly duties: Duties,
  ) {
    this.products = new Map(products.map((product) => [product.id, product]));
  }

  reserve(orderId: string, wanted: Lines): Moved {
    const lines = mergeLines(wanted);
    const existing = this.duties.deduplicate ? this.reservations.get(orderId) : undefined;
    if (existing && JSON.stringify(existing.lines) !== JSON.stringify(lines))
      throw new Rejection('RESERVATION_EXISTS', `Order ${orderId} holds a reservation of other lines.`);
    if (existing) return { body: existing, moved: false };
    for (const line of lines) this.holdAgainstStock(line);
    this.move(lines, { onHand: -1, reserved: 1 });
    const expiresAt = new Date(Date.now() + TTL_MS).toISOString();
    return this.keep({ orderId, state: 'RESERVED', lines, expiresAt });
  }

  release(orderId: string): Moved {
    const reservation = this.reservations.get(orderId);
    if (reservation?.state === 'COMMITTED')
      throw new Rejection('RESERVATION_COMMITTED', `The stock of order ${orderId} is sold and cannot be released.`);
    if (
      !reservation ||
      reservation.state === 'RETURNED' ||
      (reservation.state === 'RELEASED' && this.duties.deduplicate)
    )
      return { body: { orderId, released: false }, moved: false };
    this.move(reservation.lines, { onHand: 1, reserved: -1 });
    this.keep({ ...reservation, state: 'RELEASED' });
    return { body: { orderId, released: true }, moved: true };
  }

  commit(orderId: string): Moved {
    const reservation = this.reservations.get(orderId);
    if (!reservation || reservation.state === 'RELEASED' || reservation.state === 'RETURNED')
      throw new Rejection('RESERVATION_MISSING', `Nothing is reserved for order ${orderId}.`);
    if (reservation.state === 'COMMITTED' && this.duties.deduplicate) return { body: reservation, moved: false };
    this.move(reservation.lines, { reserved: -1, sold: 1 });
    return this.keep({ ...reservation, state: 'COMMITTED' });
  }

  return(orderId: string): Moved {
    const reservation = this.reservations.get(orderId);
    const again = reservation?.state === 'RETURNED' && !this.duties.deduplicate;
    if (reservation?.state !== 'COMMITTED' && !again) {
      const { moved } = this.release(orderId);
      return { body: { orderId, returned: moved }, moved };
    }
    this.move(reservation.lines, { onHand: 1, sold: -1 });
    this.keep({ ...reservation, state: 'RETURNED' });
    return { body: { orderId, returned: true }, moved: true };
  }

  private keep(reservation: Reservation): Moved {
    this.reservations.set(reservation.orderId, reservation);
    return { body: reservation, moved: true };
  }

  private holdAgainstStock({ productId, quantity }: ReservationLine): void {
    const product = this.products.get(productId);
    if (!product || product.discontinued)
      throw new Rejection('PRODUCT_UNAVAILABLE', `Product ${productId} is not sold.`, { productId }, 422);
    if (product.onHand < quantity)
      throw new Rejection('OUT_OF_STOCK', `Of product ${productId}, ${product.onHand} are left, not ${quantity}.`, {
        productId,
        requested: quantity,
        available: product.onHand,
      });
  }

  private move(lines: Lines, by: Move): void {
    for (const { productId, quantity } of lines) {
      const product = this.products.get(productId);
      // A scenario may have removed the product in the meantime.
      if (!product) continue;
      const { onHand, reserved, sold } = product;
      this.products.set(productId, {
        ...product,
        onHand: onHand + (by.onHand ?? 0) * quantity,
        reserved: reserved + (by.reserved ?? 0) * quantity,
        sold: sold + (by.sold ?? 0) * quantity,
      });
    }
  }
}

const byName: Sorting<Product> = {
  getPlace: ({ name, id }) => [name, id],
  compare: comparePlaces,
  isPlace: () => true,
};

/** The catalog service in memory. */
export function createCatalogFake(seed: Seed['catalog'], duties: Duties): FakeService<'catalog'> {
  const books = new CatalogBooks(seed.products, duties);
  const categories = [...seed.categories].sort((a, b) => compareText(a.name, b.name));
  const findKnown = <T>(ids: readonly string[], from: ReadonlyMap<string, T>): T[] =>
    [...new Set(ids)].flatMap((id) => from.get(id) ?? []);
  return {
    listCategories: () => toReadResult({ items: categories }),
    getProducts: ({ query }) => toReadResult({ items: findKnown(query.ids, books.products) }),
    searchProducts: ({ query }) => {
      const words = toSearchForm(query.search ?? '').split(/\s+/);
      const found = [...books.products.values()]
        .filter(({ categoryId }) => query.categoryId === undefined || categoryId === query.categoryId)
        .filter(({ name }) => words.every((word) => toSearchForm(name).includes(word)));
      return toReadResult(createPage(found, byName, { first: query.first ?? 20, after: query.after }));
    },
    relatedProducts: ({ path, query }) =>
      toReadResult({ items: findRelated(books.products, path.productId).slice(0, query.first ?? 4) }),
    getReservations: ({ query }) => toReadResult({ items: findKnown(query.orderIds, books.reservations) }),
    reserveStock: ({ path: { orderId: id }, body, idempotencyKey: key }) =>
      duties.write('do', { operation: 'reserveStock', id, key, body }, () => books.reserve(id, body.lines)),
    releaseStock: ({ path: { orderId: id }, idempotencyKey: key }) =>
      duties.write('undo', { operation: 'releaseStock', id, key }, () => books.release(id)),
    commitStock: ({ path: { orderId: id }, idempotencyKey: key }) =>
      duties.write('finish', { operation: 'commitStock', id, key }, () => books.commit(id)),
    returnStock: ({ path: { orderId: id }, idempotencyKey: key }) =>
      duties.write('undo', { operation: 'returnStock', id, key }, () => books.return(id)),
  };
}

function findRelated(products: ReadonlyMap<string, Product>, productId: string): Product[] {
  const of = products.get(productId);
  if (!of) return [];
  const computeDistance = ({ price }: Product) => Math.abs(toCents(price) - toCents(of.price));
  return [...products.values()]
    .filter(({ id, categoryId, discontinued }) => id !== productId && categoryId === of.categoryId && !discontinued)
    .sort((a, b) => computeDistance(a) - computeDistance(b) || compareText(a.id, b.id));
}

/** Merges the lines of the same product, and sorts them by product. */
function mergeLines(lines: Lines): ReservationLine[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  return [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((a, b) => compareText(a.productId, b.productId));
}
