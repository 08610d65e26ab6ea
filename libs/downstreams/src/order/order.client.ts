import type { AnswerOf, BodyOf, Order, Purchase } from '@bff/contracts';
import type { CallOptions, ContractClient } from '../contract-client.js';
import { readBatch } from '../read-batch.js';

/** Orders with their lines at the price of the time of order. */
export class OrderClient {
  constructor(
    private readonly api: ContractClient<'order'>,
    private readonly options: CallOptions = {},
  ) {}

  /** The same client with bounds or a key that go with every call. */
  with(options: CallOptions): OrderClient {
    return new OrderClient(this.api, options);
  }

  /** At most 100 ids. Unknown ids are left out; the order is not promised. */
  getOrders(ids: readonly string[]): Promise<readonly Order[]> {
    return readBatch(ids, (ids) => this.api.call('getOrders', { query: { ids } }, this.options));
  }

  /** The newest first. */
  listOrdersOfCustomer(customerId: string, first: number): Promise<AnswerOf<'order', 'listOrdersOfCustomer'>> {
    return this.api.call('listOrdersOfCustomer', { path: { customerId }, query: { first } }, this.options);
  }

  /** At most 100 products. Products that the customer never bought are left out. */
  async getLastPurchases(customerId: string, productIds: readonly string[]): Promise<readonly Purchase[]> {
    const request = { path: { customerId }, query: { productIds: [...productIds] } };
    return (await this.api.call('lastPurchases', request, this.options)).items;
  }

  /** Throws Rejection UNDONE, ORDER_EXISTS, TOTAL_MISMATCH. */
  openOrder(orderId: string, order: BodyOf<'order', 'openOrder'>): Promise<Order> {
    return this.api.call('openOrder', { path: { orderId }, body: order }, this.options);
  }

  /** Throws Rejection ORDER_CONFIRMED. */
  rejectOrder(orderId: string, reason: string): Promise<AnswerOf<'order', 'rejectOrder'>> {
    return this.api.call('rejectOrder', { path: { orderId }, body: { reason } }, this.options);
  }

  /** Throws Rejection UNDONE, ORDER_MISSING. */
  confirmOrder(orderId: string): Promise<Order> {
    return this.api.call('confirmOrder', { path: { orderId } }, this.options);
  }

  /** Whether there was one to cancel is in the answer. */
  cancelOrder(orderId: string): Promise<AnswerOf<'order', 'cancelOrder'>> {
    return this.api.call('cancelOrder', { path: { orderId } }, this.options);
  }
}
