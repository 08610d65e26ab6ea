import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES } from '@bff/contracts';
import type { Stack } from '../stack/stack.js';
import type { ProcessName } from '../stack/stack.process.js';
import type { Random } from './random.js';

/** A kill or a pause of a process. */
export interface Blow {
  readonly victim: ProcessName;
  readonly kind: 'kill -9' | 'SIGSTOP';
  /** performance.now() at the signal. */
  readonly at: number;
  /** Time until the process was ready, or continued; in milliseconds. */
  readonly awayMs: number;
}

/** The victims beside the engine; a name that occurs twice is twice as likely. */
const APPS: readonly ProcessName[] = [
  'orchestrator',
  'orchestrator-2',
  'orchestrator',
  'orchestrator-2',
  'bff',
  'bff-2',
  ...SERVICES,
  ...SERVICES,
];

/** Maximum number of processes that are down at the same time. */
const AT_ONCE = 2;

/** Kills and restarts processes, and pauses and continues them, until it is ended. */
export class Killer {
  readonly blows: Blow[] = [];
  private readonly down = new Set<ProcessName>();
  private ended = false;

  constructor(
    private readonly stack: Stack,
    private readonly random: Random,
    /** The processes of the engine; a name that occurs twice is twice as likely. */
    private readonly engines: readonly ProcessName[],
  ) {}

  /** Resolves when it has ended, and everything is up. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.hitInTurn(this.random.fork())));
  }

  end(): void {
    this.ended = true;
  }

  private async hitInTurn(random: Random): Promise<void> {
    while (!this.ended) {
      await sleep(random.drawBetween(200, 1_200));
      const victim = random.pick([...APPS, ...this.engines]);
      if (this.down.has(victim)) continue;
      this.down.add(victim);
      const kind = random.flip(0.7) ? 'kill -9' : 'SIGSTOP';
      const at = performance.now();
      await (kind === 'kill -9' ? this.kill(victim, random) : this.pause(victim, random));
      this.blows.push({ victim, kind, at, awayMs: performance.now() - at });
      this.down.delete(victim);
    }
  }

  private async kill(victim: ProcessName, random: Random): Promise<void> {
    await this.stack.kill(victim);
    await sleep(random.drawBetween(0, 600));
    await this.stack.start(victim);
  }

  /** A stopped process continues as if nothing had happened: a zombie. */
  private async pause(victim: ProcessName, random: Random): Promise<void> {
    await this.stack.kill(victim, 'SIGSTOP');
    await sleep(random.drawBetween(300, 5_000));
    await this.stack.kill(victim, 'SIGCONT');
  }
}
