/** A seeded random generator: the same seed gives the same numbers, in the same order. */
export class Random {
  constructor(private state: number) {}

  /** From 0 to below 1 (mulberry32). */
  draw(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  drawBetween(from: number, to: number): number {
    return from + this.draw() * (to - from);
  }

  drawInteger(from: number, to: number): number {
    return Math.floor(this.drawBetween(from, to + 1));
  }

  flip(share: number): boolean {
    return this.draw() < share;
  }

  pick<T>(of: readonly T[]): T {
    const chosen = of[Math.floor(this.draw() * of.length)];
    if (chosen === undefined) throw new RangeError('There is nothing to choose from');
    return chosen;
  }

  /** A second generator, so that concurrent tasks need not share one. */
  fork(): Random {
    return new Random(Math.floor(this.draw() * 2 ** 32));
  }
}
