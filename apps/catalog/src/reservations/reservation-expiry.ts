import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { ReservationStore } from './reservation.store.js';

/** The injection token of the lifetime of a reservation, in milliseconds. */
export const RESERVATION_TTL_MS = Symbol('RESERVATION_TTL_MS');

/** Expires reservations in the background, so that an unfinished order does not hold stock forever. */
@Injectable()
export class ReservationExpiry implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ReservationExpiry.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly reservations: ReservationStore,
    @Inject(RESERVATION_TTL_MS) private readonly ttlMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), Math.min(this.ttlMs / 4, 5_000));
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    try {
      // One by one: a reservation that cannot be released must not block the others.
      for (const orderId of await this.reservations.findLapsed()) await this.expire(orderId);
    } catch (error) {
      // The next sweep retries.
      this.logger.warn(`Expired reservations could not be read: ${String(error)}`);
    }
  }

  private async expire(orderId: string): Promise<void> {
    try {
      await this.reservations.expire(orderId);
      this.logger.log(`The reservation of order ${orderId} expired; its stock is released`);
    } catch (error) {
      this.logger.error(`The reservation of order ${orderId} could not be released: ${String(error)}`);
    }
  }
}
