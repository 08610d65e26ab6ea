import { HangUp } from './hang-up.js';

/** Identical executions of one operation, of one audience, that are in flight are one. It is given up when the last who waits for it has gone. */
export class SharedAnswers<T> {
  private readonly inFlight = new Map<string, Flight<T>>();

  /** The answer to this key: of the execution that is in flight, or of a new one. */
  join(key: string, execute: (hangUp: HangUp) => Promise<T>, hangUp: HangUp): Promise<T> {
    const flight = this.inFlight.get(key) ?? this.begin(key, execute);
    flight.waiting += 1;
    hangUp.addEventListener('abort', () => {
      flight.waiting -= 1;
      // What has been answered is not given up any more.
      if (flight.waiting > 0 || this.inFlight.get(key) !== flight) return;
      this.inFlight.delete(key);
      flight.abort();
    });
    return flight.answer;
  }

  private begin(key: string, execute: (hangUp: HangUp) => Promise<T>): Flight<T> {
    const flight = new Flight(execute);
    this.inFlight.set(key, flight);
    const end = (): void => {
      if (this.inFlight.get(key) === flight) this.inFlight.delete(key);
    };
    flight.answer.then(end, end);
    return flight;
  }
}

/** An execution, and how many wait for it; it is the hang-up of them all. */
class Flight<T> extends HangUp {
  waiting = 0;
  readonly answer: Promise<T>;

  constructor(execute: (hangUp: HangUp) => Promise<T>) {
    super();
    this.answer = execute(this);
  }
}
