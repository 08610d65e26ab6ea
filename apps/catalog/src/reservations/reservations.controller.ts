import { Controller, Inject } from '@nestjs/common';
import type { AnswerOf, CheckedRequest } from '@bff/contracts';
import { Input, Operation, Participant } from '@bff/service';
import type { CatalogTables } from '../catalog.tables.js';
import { RESERVATION_TTL_MS } from './reservation-expiry.js';
import { ReservationStore } from './reservation.store.js';

/** Reserves stock for orders, and releases, commits or returns it. */
@Controller()
export class ReservationsController {
  constructor(
    private readonly participant: Participant<CatalogTables>,
    private readonly reservations: ReservationStore,
    @Inject(RESERVATION_TTL_MS) private readonly ttlMs: number,
  ) {}

  @Operation('catalog', 'getReservations')
  async getReservations(
    @Input() { query }: CheckedRequest<'catalog', 'getReservations'>,
  ): Promise<AnswerOf<'catalog', 'getReservations'>> {
    return { items: await this.reservations.findByOrderIds(query.orderIds) };
  }

  @Operation('catalog', 'reserveStock')
  reserveStock(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'catalog', 'reserveStock'>,
  ): Promise<AnswerOf<'catalog', 'reserveStock'>> {
    return this.participant.do({ operation: 'reserveStock', id: orderId, key, body }, (tx) =>
      this.reservations.reserve(tx, orderId, body.lines, new Date(Date.now() + this.ttlMs)),
    );
  }

  @Operation('catalog', 'releaseStock')
  releaseStock(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'catalog', 'releaseStock'>,
  ): Promise<AnswerOf<'catalog', 'releaseStock'>> {
    return this.participant.undo({ operation: 'releaseStock', id: orderId, key, body }, (tx) =>
      this.reservations.release(tx, orderId),
    );
  }

  @Operation('catalog', 'commitStock')
  commitStock(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'catalog', 'commitStock'>,
  ): Promise<AnswerOf<'catalog', 'commitStock'>> {
    return this.participant.finish({ operation: 'commitStock', id: orderId, key, body }, (tx) =>
      this.reservations.commit(tx, orderId),
    );
  }

  @Operation('catalog', 'returnStock')
  returnStock(
    @Input() { path: { orderId }, body, idempotencyKey: key }: CheckedRequest<'catalog', 'returnStock'>,
  ): Promise<AnswerOf<'catalog', 'returnStock'>> {
    return this.participant.undo({ operation: 'returnStock', id: orderId, key, body }, (tx) =>
      this.reservations.return(tx, orderId),
    );
  }
}
