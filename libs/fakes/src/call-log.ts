import { setTimeout as sleep } from 'node:timers/promises';
import { findImbalances } from './balance.js';
import { isUndisturbed, isWrite, formatCall } from './call.js';
import type { Call, OperationName, StepText } from './call.js';
import { formatCalls } from './call-table.js';

/** The call log does not hold what was expected. The message says both, and ends with the calls as a table. */
export class CallLogMismatch extends Error {
  override readonly name = 'CallLogMismatch';
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** How long expectBalanced() waits for a saga in flight, in milliseconds. */
const BALANCE_TIMEOUT_MS = 15_000;

/** The number of calls that are kept. The oldest are dropped first, so that fakes can run for weeks. */
const MAX_CALLS = 10_000;

/** Every call of a scope over all services, in one sequence. */
export class CallLog {
  private readonly list: Mutable<Call>[] = [];
  private began: number | undefined;
  private count = 0;

  /** In the order in which they came. A call that is in flight is filled in when it ends. */
  get calls(): readonly Call[] {
    return this.list;
  }

  /** The calls as a table. */
  get table(): string {
    return formatCalls(this.list);
  }

  /** Records a call as it arrives. Returns its entry, which is filled in while the call is handled. */
  open(call: Pick<Call, 'service' | 'operation' | 'method' | 'path' | 'step' | 'direction'>): Mutable<Call> {
    const now = performance.now();
    this.began ??= now;
    const unknown = { request: null, by: 'fake', status: null, code: null, effect: null, ms: null };
    const line = { ...call, ...unknown, seq: ++this.count, atMs: now - this.began };
    this.list.push(line);
    if (this.list.length > MAX_CALLS) this.list.splice(0, MAX_CALLS / 10);
    return line;
  }

  /** The calls that have arrived and have no response yet. */
  listInFlight(): readonly Call[] {
    return this.list.filter(({ ms }) => ms === null);
  }

  /**
   * The writes, in the order in which they arrived: `catalog.reserveStock`, `customer.authorisePayment x409`. A write
   * that is delivered again and answered the same is named once: steps are delivered at least once, and an orchestrator may
   * die at any time.
   */
  listWrites(): string[] {
    const named = new Set<string>();
    return this.list.filter(isWrite).flatMap((call) => {
      const text = formatCall(call);
      const delivery = `${text} ${call.request?.idempotencyKey ?? ''}`;
      if (isUndisturbed(call) && named.has(delivery)) return [];
      named.add(delivery);
      return [text];
    });
  }

  /** Expects exactly these writes, in this order. Throws CallLogMismatch. */
  expectSteps(...expected: readonly StepText[]): void {
    const actual = this.listWrites();
    if (actual.length === expected.length && actual.every((text, index) => text === expected[index])) return;
    const lines = Array.from({ length: Math.max(actual.length, expected.length) }, (_, index) => {
      const [wanted, got] = [expected[index], actual[index]];
      if (wanted === got) return `    ${wanted ?? ''}`;
      return [...(wanted === undefined ? [] : [`  - ${wanted}`]), ...(got === undefined ? [] : [`  + ${got}`])].join(
        '\n',
      );
    });
    throw this.createMismatch(`The writes were not the expected ones (- expected, + came):\n${lines.join('\n')}`);
  }

  /** Expects that a write took effect once, whatever the number of its deliveries. Throws CallLogMismatch. */
  expectExactlyOnce(name: OperationName): void {
    const deliveries = this.list.filter(({ service, operation }) => `${service}.${operation ?? ''}` === name);
    const effects = deliveries.filter(({ effect }) => effect === 'applied').length;
    if (effects !== 1)
      throw this.createMismatch(
        `${name} took effect ${effects} times instead of once, in ${deliveries.length} deliveries.`,
      );
  }

  /**
   * Expects that every act of every order was made final or undone exactly once, the newest undone first, counted by effects.
   * Waits for sagas in flight. Throws CallLogMismatch.
   */
  async expectBalanced(withinMs: number = BALANCE_TIMEOUT_MS): Promise<void> {
    const until = performance.now() + withinMs;
    for (;;) {
      const problems = this.findImbalances();
      if (problems.length === 0) return;
      if (performance.now() > until) throw this.createMismatch(`The books do not balance.\n${problems.join('\n')}`);
      await sleep(5);
    }
  }

  /** The imbalances, and the calls in flight, one line each. */
  findImbalances(): string[] {
    const open = this.listInFlight().map((call) => `${formatCall(call)} is still in flight.`);
    return [...findImbalances(this.list), ...open];
  }

  private createMismatch(message: string): CallLogMismatch {
    return new CallLogMismatch(`${message}\n\n${this.table}`);
  }
}
