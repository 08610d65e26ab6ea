import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { ReservationStore } from './reservation.store.js';

/** The injection token of how long a reservation holds, in milliseconds. */
export const RESERVATION_TTL_MS = Symbol('RESERVATION_TTL_MS');

/** Lets reservations lapse in the background, so that an order that nobody finishes holds no stock for ever. */
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
      const lapsed = await this.reservations.expire();
      if (lapsed > 0) this.logger.log(`${lapsed} reservations lapsed; their stock is on hand again`);
    } catch (error) {
      // The next sweep finds what this one left.
      this.logger.warn(`Reservations could not be swept: ${String(error)}`);
    }
  }
}
