import { HangUp } from './client-disconnect.js';
import { isPromise } from './maybe-promise.js';
import type { MaybePromise } from './maybe-promise.js';

/**
 * Identical executions of one operation, of one audience, that are in flight are one. It is given up when the last who waits for
 * it has gone.
 */
export class SharedAnswers<T> {
  private readonly inFlight = new Map<string, Flight<T>>();

  /** The answer to this key: of the execution that is in flight, or of a new one. */
  join(key: string, execute: (hangUp: HangUp) => MaybePromise<T>, hangUp: HangUp): MaybePromise<T> {
    const inFlight = this.inFlight.get(key);
    if (inFlight) return inFlight.join(hangUp);
    const flight = new Flight<T>(() => this.inFlight.delete(key));
    const answer = execute(flight);
    // What is answered at once is never in flight.
    if (!isPromise(answer)) return answer;
    this.inFlight.set(key, flight);
    flight.begin(answer);
    return flight.join(hangUp);
  }
}

/** An execution, and how many wait for it; it is the hang-up of them all. */
class Flight<T> extends HangUp {
  private waiting = 0;
  /** Takes the listeners away from the hang-ups of those who wait. */
  private readonly release: (() => void)[] = [];
  private answer: Promise<T> | undefined;

  constructor(private readonly landed: () => void) {
    super();
  }

  begin(answer: Promise<T>): void {
    this.answer = answer;
    const land = (): void => this.land();
    answer.then(land, land);
  }

  join(hangUp: HangUp): Promise<T> {
    if (!this.answer) throw new Error('Nobody joins what has been answered');
    const { answer } = this;
    this.waiting += 1;
    // Who asks may have gone while it was found out who they are.
    if (hangUp.aborted) this.leave();
    else this.leaveOn(hangUp);
    return answer;
  }

  private leaveOn(hangUp: HangUp): void {
    const leave = (): void => this.leave();
    hangUp.addEventListener('abort', leave);
    this.release.push(() => hangUp.removeEventListener('abort', leave));
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
    for (const release of this.release.splice(0)) release();
    this.landed();
  }
}
