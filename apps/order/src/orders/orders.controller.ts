import { Controller } from '@nestjs/common';
import type { AnswerOf, CheckedRequest } from '@bff/contracts';
import { Input, Operation, Participant } from '@bff/service';
import type { OrderTables } from '../order.tables.js';
import { OrderHistory } from './order-history.js';
import { OrderStore } from './order.store.js';

/** Opens, confirms, rejects and cancels orders, and reads a customer's order history. */
@Controller()
export class OrdersController {
  constructor(
    private readonly participant: Participant<OrderTables>,
    private readonly orders: OrderStore,
    private readonly history: OrderHistory,
  ) {}

  @Operation('order', 'getOrders')
  async getOrders(@Input() { query }: CheckedRequest<'order', 'getOrders'>): Promise<AnswerOf<'order', 'getOrders'>> {
    return { items: await this.orders.findByIds(query.ids) };
  }

  @Operation('order', 'listOrdersOfCustomer')
  listOrdersOfCustomer(
    @Input() { path, query }: CheckedRequest<'order', 'listOrdersOfCustomer'>,
  ): Promise<AnswerOf<'order', 'listOrdersOfCustomer'>> {
    return this.history.readPage(path.customerId, query);
  }

  @Operation('order', 'lastPurchases')
  async lastPurchases(
    @Input() { path, query }: CheckedRequest<'order', 'lastPurchases'>,
  ): Promise<AnswerOf<'order', 'lastPurchases'>> {
    return { items: await this.history.findLastPurchases(path.customerId, query.productIds) };
  }

  @Operation('order', 'openOrder')
  openOrder(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'order', 'openOrder'>,
  ): Promise<AnswerOf<'order', 'openOrder'>> {
    return this.participant.do({ operation: 'openOrder', id: orderId, key, body }, (tx) =>
      this.orders.open(tx, orderId, body),
    );
  }

  @Operation('order', 'rejectOrder')
  rejectOrder(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'order', 'rejectOrder'>,
  ): Promise<AnswerOf<'order', 'rejectOrder'>> {
    return this.participant.undo({ operation: 'rejectOrder', id: orderId, key, body }, (tx) =>
      this.orders.reject(tx, orderId, body.reason),
    );
  }

  @Operation('order', 'confirmOrder')
  confirmOrder(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'order', 'confirmOrder'>,
  ): Promise<AnswerOf<'order', 'confirmOrder'>> {
    return this.participant.finish({ operation: 'confirmOrder', id: orderId, key, body }, (tx) =>
      this.orders.confirm(tx, orderId),
    );
  }

  @Operation('order', 'cancelOrder')
  cancelOrder(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'order', 'cancelOrder'>,
  ): Promise<AnswerOf<'order', 'cancelOrder'>> {
    return this.participant.undo({ operation: 'cancelOrder', id: orderId, key, body }, (tx) =>
      this.orders.cancel(tx, orderId),
    );
  }
}
