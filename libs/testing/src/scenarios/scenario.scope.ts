import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order, ServiceName } from '@bff/contracts';
import { createServiceHandle, createStepHandle } from '@bff/fakes';
import type { Fakes, Fault, CallLog, PartialSeed, Scope, ServiceHandle, StepHandle } from '@bff/fakes';
import { BAGGAGE, writeBaggage } from '@bff/kernel';

/** How long an order may take to come to where a scenario expects it, in milliseconds. */
const REACHES_WITHIN_MS = 20_000;

/** A scenario's own small world: seeded fakes that it can bend, and a log of every call to them. */
export class ScenarioScope {
  readonly order: ServiceHandle<'order'>;
  readonly customer: ServiceHandle<'customer'>;
  readonly catalog: ServiceHandle<'catalog'>;
  /** Notes that are added to the call log when the scenario fails. */
  readonly notes: string[] = [];

  /** The expected imbalances at the end. */
  imbalances: readonly string[] = [];

  constructor(protected readonly scope: Scope) {
    this.order = createServiceHandle(scope, 'order');
    this.customer = createServiceHandle(scope, 'customer');
    this.catalog = createServiceHandle(scope, 'catalog');
  }

  /** The calls of this scenario over all services, in one sequence. */
  get callLog(): CallLog {
    return this.scope.callLog;
  }

  /** The baggage header by which a request belongs to this scenario. */
  get baggage(): string {
    return writeBaggage({ [BAGGAGE.scope]: this.scope.id });
  }

  /** Injects faults into every request to a service: it is down. `refuse`, permanently, when no fault is named. */
  down(service: ServiceName, ...faults: readonly Fault[]): void {
    const [first = 'refuse', ...more] = faults;
    this.scope.rules.add({ service }, { faults: [first, ...more] }, false);
  }

  /** Removes what `down` set up: the service answers again. */
  up(service: ServiceName): void {
    this.scope.rules.clear(service);
  }

  /** A step of a saga, by its name, whichever operations it calls. */
  step(name: string): StepHandle {
    return createStepHandle(this.scope, name);
  }

  /** Puts more things into the books of the fakes, before their first call. Throws ContractViolation. */
  seed(more: PartialSeed): void {
    this.scope.addSeed(more);
  }

  /**
   * The books end out of balance, in these ways and no others, because an operator decided so: each text is a part of what
   * `balanced` would say.
   */
  leaves(...imbalances: readonly string[]): void {
    this.imbalances = imbalances;
  }

  /** Lets the requests arrive that the fault `late` holds back. */
  deliverLate(): void {
    this.scope.deliverLate();
  }

  /** An order that a saga works on. */
  placed(orderId: string): { reaches(status: Order['status']): Promise<void> } {
    return {
      reaches: async (status) => {
        const until = performance.now() + REACHES_WITHIN_MS;
        let seen: string | undefined;
        while ((seen = this.scope.getOrderStatus(orderId)) !== status) {
          if (performance.now() > until)
            throw new Error(`Order ${orderId} did not reach ${status}; it is ${seen ?? 'not there'}.`);
          await sleep(5);
        }
      },
    };
  }
}

/** A scenario set up a rule that was not used, or left something behind. The message says what. */
class ScenarioFailure extends Error {
  override readonly name = 'ScenarioFailure';
}

/** Runs a scenario in a scope of its own, and checks what every scenario must hold. */
export async function runInScope<T extends ScenarioScope>(
  fakes: Fakes,
  name: string,
  make: (scope: Scope) => T,
  body: (t: T) => Promise<void> | void,
  /** Maximum time for requests in flight to end after the scenario, in milliseconds. */
  settlesWithinMs?: number,
): Promise<void> {
  const scope = fakes.getOrBeginScope(`${toSlug(name)}-${randomBytes(4).toString('hex')}`);
  const t = make(scope);
  try {
    await body(t);
    await finish(scope, t.imbalances, settlesWithinMs);
  } catch (error) {
    throw withCallLog(error, scope, t.notes);
  } finally {
    fakes.end(scope.id);
  }
}

/**
 * Faults are lifted and late requests delivered, so that requests in flight can end; then nothing may be left open, and no
 * contract may have been violated.
 */
async function finish(scope: Scope, imbalances: readonly string[], settlesWithinMs?: number): Promise<void> {
  const problems = scope.rules.findUnused();
  scope.rules.clear();
  scope.deliverLate();
  if (imbalances.length === 0) await scope.callLog.expectBalanced(settlesWithinMs);
  else problems.push(...(await compareImbalances(scope, imbalances)));
  problems.push(...scope.violations);
  if (problems.length > 0) throw new ScenarioFailure(problems.join('\n'));
}

/** How the books differ from what was said of them; waits for what is still under way. */
async function compareImbalances({ callLog }: Scope, expected: readonly string[]): Promise<string[]> {
  const until = performance.now() + REACHES_WITHIN_MS;
  for (;;) {
    const actual = callLog.findImbalances();
    const missing = expected.filter((text) => !actual.some((line) => line.includes(text)));
    const unexpected = actual.filter((line) => !expected.some((text) => line.includes(text)));
    if (missing.length === 0 && unexpected.length === 0) return [];
    if (performance.now() > until)
      return [...missing.map((text) => `The books are balanced where this was expected: ${text}`), ...unexpected];
    await sleep(5);
  }
}

/** Adds the call log of the scope to the message of an error. */
function withCallLog(error: unknown, { id, callLog, violations }: Scope, notes: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack } = error;
  const unsaid = violations.filter((violation) => !message.includes(violation));
  const table = message.includes(callLog.table) ? ' see above' : `\n${callLog.table}`;
  const extended = `${[message, ...unsaid, ...notes].join('\n')}\n\nThe call log of scope ${id}:${table}`;
  error.message = extended;
  // A stack is text of its own, and begins with the message.
  if (stack !== undefined) error.stack = stack.replace(message, () => extended);
  return error;
}

function toSlug(name: string): string {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return slug.slice(0, 40).replaceAll(/^-|-$/g, '');
}
