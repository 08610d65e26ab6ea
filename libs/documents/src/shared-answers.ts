import { HangUp } from './hang-up.js';

/**
 * Identical executions of one operation, of one audience, that are in flight are one. It is given up when the last who waits for
 * it has gone.
 */
export class SharedAnswers<T> {
  private readonly inFlight = new Map<string, Flight<T>>();

  /** The answer to this key: of the execution that is in flight, or of a new one. */
  join(key: string, execute: (hangUp: HangUp) => Promise<T>, hangUp: HangUp): Promise<T> {
    let flight = this.inFlight.get(key);
    if (!flight) this.inFlight.set(key, (flight = new Flight(execute, () => this.inFlight.delete(key))));
    return flight.join(hangUp);
  }
}

/** An execution, and how many wait for it; it is the hang-up of them all. */
class Flight<T> extends HangUp {
  private waiting = 0;
  private answer: Promise<T> | undefined;

  constructor(
    execute: (hangUp: HangUp) => Promise<T>,
    private readonly landed: () => void,
  ) {
    super();
    this.answer = execute(this);
    const land = (): void => this.land();
    this.answer.then(land, land);
  }

  join(hangUp: HangUp): Promise<T> {
    if (!this.answer) throw new Error('Nobody joins what has been answered');
    const { answer } = this;
    this.waiting += 1;
    // Who asks may have gone while it was found out who they are.
    if (hangUp.aborted) this.leave();
    else hangUp.addEventListener('abort', () => this.leave());
    return answer;
  }

  private leave(): void {
    this.waiting -= 1;
    // What has been answered is not given up any more.
    if (this.waiting > 0 || !this.answer) return;
    this.abort();
    this.land();
  }

  private land(): void {
    if (!this.answer) return;
    // A Map's table of before keeps what was in it until old objects are collected: that must not be the answer.
    this.answer = undefined;
    this.forget();
    this.landed();
  }
}
