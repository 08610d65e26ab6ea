import type { EventDraft } from '@bff/contracts';
import { readIdsInBatches } from '@bff/service';
import type { EventsOf } from '@bff/service';
import type { CatalogTables, ReservationState } from './catalog.tables.js';
import { findReservations } from './reservations/reservation.store.js';

/** The events of the catalog service. */
export const catalogEvents: EventsOf<'catalog', CatalogTables> = {
  byOperation: {
    reserveStock: {
      emit: ({ lines, expiresAt }) => ({ type: 'StockReserved', data: { lines, expiresAt } }),
      emitRejection: ({ code, message }) =>
        code === 'OUT_OF_STOCK' || code === 'PRODUCT_UNAVAILABLE'
          ? { type: 'StockRefused', data: { code, message } }
          : undefined,
    },
    releaseStock: { emit: ({ released }) => (released ? { type: 'StockReleased', data: {} } : undefined) },
    commitStock: { emit: ({ lines }) => ({ type: 'StockCommitted', data: { lines } }) },
    returnStock: { emit: ({ returned }) => (returned ? { type: 'StockReturned', data: {} } : undefined) },
  },
  async *readRowEvents(database) {
    const products = await database.selectFrom('products').select(['id', 'name', 'category_id']).execute();
    yield products.map(({ id, name, category_id: categoryId }) => ({
      subject: id,
      event: { type: 'ProductListed', data: { categoryId, name } },
    }));
    for await (const ids of readIdsInBatches(database, 'reservations', 'order_id')) {
      const reservations = await findReservations(database, ids);
      yield reservations.flatMap(({ orderId, state, lines, expiresAt }) => [
        { subject: orderId, event: { type: 'StockReserved' as const, data: { lines, expiresAt } } },
        ...describeEnd(state, lines).map((event) => ({ subject: orderId, event })),
      ]);
    }
  },
};

type Lines = Extract<EventDraft<'catalog'>, { readonly type: 'StockCommitted' }>['data']['lines'];

/** What happened to a reservation after it was made. */
function describeEnd(state: ReservationState, lines: Lines): EventDraft<'catalog'>[] {
  switch (state) {
    case 'RESERVED':
      return [];
    case 'RELEASED':
      return [{ type: 'StockReleased', data: {} }];
    case 'EXPIRED':
      return [{ type: 'ReservationExpired', data: {} }];
    case 'COMMITTED':
      return [{ type: 'StockCommitted', data: { lines } }];
    case 'RETURNED':
      return [{ type: 'StockReturned', data: {} }];
  }
}
