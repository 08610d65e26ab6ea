import type { AnswerOf, Category, Product, QueryOf, Reservation, ReservationLine } from '@bff/contracts';
import type { CallOptions, ContractClient } from '../contract-client.js';
import { readBatch } from '../read-batch.js';

/** The catalog: what there is to buy, and the stock that orders hold. */
export class CatalogClient {
  constructor(
    private readonly api: ContractClient<'catalog'>,
    private readonly options: CallOptions = {},
  ) {}

  /** The same client with bounds or a key that go with every call. */
  with(options: CallOptions): CatalogClient {
    return new CatalogClient(this.api, options);
  }

  async listCategories(): Promise<readonly Category[]> {
    return (await this.api.call('listCategories', {}, this.options)).items;
  }

  /** At most 100 ids. Unknown ids are left out; the order is not promised. */
  getProducts(ids: readonly string[]): Promise<readonly Product[]> {
    return readBatch(ids, (ids) => this.api.call('getProducts', { query: { ids } }, this.options));
  }

  searchProducts(query: QueryOf<'catalog', 'searchProducts'>): Promise<AnswerOf<'catalog', 'searchProducts'>> {
    return this.api.call('searchProducts', { query }, this.options);
  }

  async getRelatedProducts(productId: string, first: number): Promise<readonly Product[]> {
    return (await this.api.call('relatedProducts', { path: { productId }, query: { first } }, this.options)).items;
  }

  /** Throws Rejection OUT_OF_STOCK, PRODUCT_UNAVAILABLE, UNDONE, RESERVATION_EXPIRED, RESERVATION_EXISTS. */
  reserveStock(orderId: string, lines: readonly ReservationLine[]): Promise<Reservation> {
    const wanted = lines.map(({ productId, quantity }) => ({ productId, quantity }));
    return this.api.call('reserveStock', { path: { orderId }, body: { lines: wanted } }, this.options);
  }

  /** Throws Rejection RESERVATION_COMMITTED. */
  releaseStock(orderId: string): Promise<AnswerOf<'catalog', 'releaseStock'>> {
    return this.api.call('releaseStock', { path: { orderId } }, this.options);
  }

  /** Throws Rejection RESERVATION_MISSING, UNDONE, OUT_OF_STOCK. */
  commitStock(orderId: string): Promise<Reservation> {
    return this.api.call('commitStock', { path: { orderId } }, this.options);
  }

  /** Whether there was something to return is in the answer. */
  returnStock(orderId: string): Promise<AnswerOf<'catalog', 'returnStock'>> {
    return this.api.call('returnStock', { path: { orderId } }, this.options);
  }
}
