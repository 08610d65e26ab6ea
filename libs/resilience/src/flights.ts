import { unlessOver } from './end.js';
import type { Cancelling } from './end.js';

/** A read that is in flight, and how many wait for its answer. */
interface Flight<T> {
  readonly answer: Promise<T>;
  readonly cut: AbortController;
  waiting: number;
}

/** Lets identical reads in flight share one call. The call is cut when nobody waits for it any more. */
export class Flights<T> {
  private readonly flights = new Map<string, Flight<T>>();

  /** True when such a read is in flight. */
  has(key: string): boolean {
    return this.flights.has(key);
  }

  /** The answer of the read with this key: of the one that is in flight, or of a new one. */
  async join(key: string, call: (cut: Cancelling) => Promise<T>, over: Cancelling): Promise<T> {
    const flight = this.flights.get(key) ?? this.take(key, call);
    flight.waiting += 1;
    const leave = (): void => {
      flight.waiting -= 1;
      // Of what has landed there is nothing to cut.
      if (flight.waiting > 0 || this.flights.get(key) !== flight) return;
      this.land(key, flight);
      flight.cut.abort();
    };
    try {
      return await unlessOver(flight.answer, over);
    } finally {
      leave();
    }
  }

  private take(key: string, call: (cut: Cancelling) => Promise<T>): Flight<T> {
    const cut = new AbortController();
    const flight: Flight<T> = { answer: call(cut.signal), cut, waiting: 0 };
    this.flights.set(key, flight);
    const land = () => this.land(key, flight);
    flight.answer.then(land, land);
    return flight;
  }

  /** Whoever comes later does not get an answer that was given before they asked. */
  private land(key: string, flight: Flight<T>): void {
    if (this.flights.get(key) === flight) this.flights.delete(key);
  }
}
