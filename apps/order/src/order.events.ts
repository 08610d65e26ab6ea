import type { EventDraft, Order } from '@bff/contracts';
import { readIdsInBatches } from '@bff/service';
import type { EventsOf } from '@bff/service';
import type { OrderTables } from './order.tables.js';
import { findOrders } from './orders/order.rows.js';

/** The events of the order service. */
export const orderEvents: EventsOf<'order', OrderTables> = {
  byOperation: {
    openOrder: { emit: describeOpening },
    confirmOrder: { emit: describeConfirmation },
    rejectOrder: {
      emit: ({ rejected, reason }) =>
        rejected && reason !== undefined ? { type: 'OrderRejected', data: { code: reason } } : undefined,
    },
    cancelOrder: { emit: ({ cancelled }) => (cancelled ? { type: 'OrderCancelled', data: {} } : undefined) },
  },
  async *readRowEvents(database) {
    for await (const ids of readIdsInBatches(database, 'orders', 'id')) {
      const orders = await findOrders(database, ids);
      yield orders.flatMap((order) => describeOrder(order).map((event) => ({ subject: order.id, event })));
    }
  },
};

/** What happened to an order, from its opening to its status. */
function describeOrder(order: Order): EventDraft<'order'>[] {
  const opening = describeOpening(order);
  switch (order.status) {
    case 'PENDING':
      return [opening];
    case 'CONFIRMED':
      return [opening, describeConfirmation(order)];
    case 'REJECTED':
      return [opening, { type: 'OrderRejected', data: { code: order.reason ?? 'UNKNOWN' } }];
    case 'CANCELLED':
      return [opening, { type: 'OrderCancelled', data: {} }];
  }
}

function describeOpening(order: Order): EventDraft<'order'> {
  const { customerId, placedAt, paymentMethodId, shippingAddress, lines, total } = order;
  return { type: 'OrderOpened', data: { customerId, placedAt, paymentMethodId, shippingAddress, lines, total } };
}

function describeConfirmation({ customerId, total }: Order): EventDraft<'order'> {
  return { type: 'OrderConfirmed', data: { customerId, total } };
}
