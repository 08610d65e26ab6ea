import { HangUp } from './hang-up.js';

interface Shared<T> {
  readonly answer: Promise<T>;
  readonly hangUp: HangUp;
  waiting: number;
}

/** Identical operations of one audience that are in flight are one. It is given up when the last who waits for it has gone. */
export class SharedAnswers<T> {
  private readonly inFlight = new Map<string, Shared<T>>();

  /** The answer to this key: of the operation that is in flight, or of a new one. */
  join(key: string, answer: (hangUp: HangUp) => Promise<T>, hangUp: HangUp): Promise<T> {
    const shared = this.inFlight.get(key) ?? this.begin(key, answer);
    shared.waiting += 1;
    hangUp.addEventListener('abort', () => {
      shared.waiting -= 1;
      // What has been answered is not given up any more.
      if (shared.waiting > 0 || this.inFlight.get(key) !== shared) return;
      this.inFlight.delete(key);
      shared.hangUp.abort();
    });
    return shared.answer;
  }

  private begin(key: string, answer: (hangUp: HangUp) => Promise<T>): Shared<T> {
    const hangUp = new HangUp();
    const shared: Shared<T> = { answer: answer(hangUp), hangUp, waiting: 0 };
    this.inFlight.set(key, shared);
    const end = (): void => {
      if (this.inFlight.get(key) === shared) this.inFlight.delete(key);
    };
    shared.answer.then(end, end);
    return shared;
  }
}
