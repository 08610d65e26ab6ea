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
  async join(key: string, answer: (hangUp: HangUp) => Promise<T>, hangUp: HangUp): Promise<T> {
    const shared = this.inFlight.get(key) ?? this.begin(key, answer);
    shared.waiting += 1;
    const leave = (): void => {
      shared.waiting -= 1;
      if (shared.waiting > 0) return;
      this.end(key, shared);
      shared.hangUp.abort();
    };
    hangUp.addEventListener('abort', leave);
    try {
      return await shared.answer;
    } finally {
      hangUp.removeEventListener('abort', leave);
    }
  }

  private begin(key: string, answer: (hangUp: HangUp) => Promise<T>): Shared<T> {
    const hangUp = new HangUp();
    const shared: Shared<T> = { answer: answer(hangUp), hangUp, waiting: 0 };
    this.inFlight.set(key, shared);
    const end = (): void => this.end(key, shared);
    shared.answer.then(end, end);
    return shared;
  }

  private end(key: string, shared: Shared<T>): void {
    if (this.inFlight.get(key) === shared) this.inFlight.delete(key);
  }
}
