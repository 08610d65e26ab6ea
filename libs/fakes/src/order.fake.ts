import { isDeepStrictEqual } from 'node:util';
import type { BodyOf, Order, Purchase } from '@bff/contracts';
import { computeLineTotal, Rejection, isSameMoney, sum } from '@bff/kernel';
import { toCanonicalMoney } from './canonical-money.js';
import { toReadResult } from './duties.js';
import type { Duties, Moved } from './duties.js';
import type { FakeService } from './fake-service.js';
import { comparePlaces, createPage, sortItems } from './pagination.js';
import type { Sorting } from './pagination.js';
import type { Seed } from './seed.js';

type OrderRequest = BodyOf<'order', 'openOrder'>;

/** The data of the order service in memory. */
class OrderBooks {
  readonly orders: Map<string, Order>;

  constructor(
    orders: readonly Order[],
    private readonly duties: Duties,
  ) {
    this.orders = new Map(orders.map((order) => [order.id, order]));
  }

  open(orderId: string, asked: OrderRequest): Moved {
    const request = toCanonicalRequest(asked);
    if (!hasCorrectTotal(request))
      throw new Rejection('TOTAL_MISMATCH', `The total of order ${orderId} is not the sum of its lines.`, {}, 422);
    const existing = this.duties.deduplicate ? this.orders.get(orderId) : undefined;
    if (existing) {
      const { customerId, paymentMethodId, shippingAddress, lines, total } = existing;
      if (!isDeepStrictEqual({ customerId, paymentMethodId, shippingAddress, lines, total }, request))
        throw new Rejection('ORDER_EXISTS', `Order ${orderId} was opened with other contents.`);
      return { body: existing, moved: false };
    }
    const placedAt = new Date().toISOString();
    return this.keep({ ...request, id: orderId, status: 'PENDING', reason: null, placedAt });
  }

  confirm(orderId: string): Moved {
    const order = this.orders.get(orderId);
    if (order?.status !== 'PENDING' && order?.status !== 'CONFIRMED')
      throw new Rejection('ORDER_MISSING', `There is no open order ${orderId}.`);
    if (order.status === 'CONFIRMED' && this.duties.deduplicate) return { body: order, moved: false };
    return this.keep({ ...order, status: 'CONFIRMED' });
  }

  reject(orderId: string, reason: string): Moved {
    const order = this.orders.get(orderId);
    if (order?.status === 'CONFIRMED')
      throw new Rejection('ORDER_CONFIRMED', `Order ${orderId} is confirmed and cannot be rejected.`);
    if (!order || order.status === 'CANCELLED' || (order.status === 'REJECTED' && this.duties.deduplicate))
      return { body: { orderId, rejected: false }, moved: false };
    this.keep({ ...order, status: 'REJECTED', reason });
    return { body: { orderId, rejected: true, reason }, moved: true };
  }

  cancel(orderId: string): Moved {
    const order = this.orders.get(orderId);
    if (!order || order.status === 'REJECTED' || (order.status === 'CANCELLED' && this.duties.deduplicate))
      return { body: { orderId, cancelled: false }, moved: false };
    this.keep({ ...order, status: 'CANCELLED' });
    return { body: { orderId, cancelled: true }, moved: true };
  }

  findByCustomer(customerId: string): Order[] {
    return [...this.orders.values()].filter((order) => order.customerId === customerId);
  }

  private keep(order: Order): Moved {
    this.orders.set(order.id, order);
    return { body: order, moved: true };
  }
}

function toCanonicalRequest(request: OrderRequest): OrderRequest {
  const lines = request.lines.map((line) => ({
    ...line,
    unitPrice: toCanonicalMoney(line.unitPrice),
    lineTotal: toCanonicalMoney(line.lineTotal),
  }));
  return { ...request, lines, total: toCanonicalMoney(request.total) };
}

/** The order service in memory. */
export function createOrderFake(seed: Seed['order'], duties: Duties): FakeService<'order'> {
  const books = new OrderBooks(seed.orders, duties);
  return {
    getOrders: ({ query }) =>
      toReadResult({ items: [...new Set(query.ids)].flatMap((id) => books.orders.get(id) ?? []) }),
    listOrdersOfCustomer: ({ path, query }) =>
      toReadResult(
        createPage(books.findByCustomer(path.customerId), newestFirst, {
          first: query.first ?? 10,
          after: query.after,
        }),
      ),
    lastPurchases: ({ path, query }) => {
      const confirmed = books.findByCustomer(path.customerId).filter(({ status }) => status === 'CONFIRMED');
      const orders = sortItems(confirmed, newestFirst);
      return toReadResult({
        items: [...new Set(query.productIds)].flatMap((id) => findLastPurchase(orders, id) ?? []),
      });
    },
    openOrder: ({ path: { orderId: id }, body, idempotencyKey: key }) =>
      duties.write('do', { operation: 'openOrder', id, key, body }, () => books.open(id, body)),
    rejectOrder: ({ path: { orderId: id }, body, idempotencyKey: key }) =>
      duties.write('undo', { operation: 'rejectOrder', id, key, body }, () => books.reject(id, body.reason)),
    confirmOrder: ({ path: { orderId: id }, idempotencyKey: key }) =>
      duties.write('finish', { operation: 'confirmOrder', id, key }, () => books.confirm(id)),
    cancelOrder: ({ path: { orderId: id }, idempotencyKey: key }) =>
      duties.write('undo', { operation: 'cancelOrder', id, key }, () => books.cancel(id)),
  };
}

/** The latest of these orders (newest first) with the product. Several lines with the product are added. */
function findLastPurchase(orders: readonly Order[], productId: string): Purchase | undefined {
  for (const { id: orderId, lines, placedAt } of orders) {
    const quantity = lines.reduce((sum, line) => (line.productId === productId ? sum + line.quantity : sum), 0);
    if (quantity > 0) return { productId, orderId, quantity, placedAt };
  }
  return undefined;
}

const newestFirst: Sorting<Order> = {
  getPlace: ({ placedAt, id }) => [placedAt, id],
  compare: ([timeA, a], [timeB, b]) => Date.parse(timeB) - Date.parse(timeA) || comparePlaces(['', b], ['', a]),
  isPlace: ([time]) => /^\d{4}-/.test(time) && !Number.isNaN(Date.parse(time)),
};

/** True when the total of every line is correct, and the total of the order is their sum. */
function hasCorrectTotal({ lines, total }: OrderRequest): boolean {
  try {
    const right = lines.every((line) =>
      isSameMoney(line.lineTotal, computeLineTotal(line.unitPrice, line.quantity, line.discountPercent)),
    );
    return right && isSameMoney(total, sum(lines.map((line) => line.lineTotal)));
  } catch (error) {
    // Amounts in several currencies, or above the maximum, have no sum.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
