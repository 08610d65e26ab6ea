import { CircuitState, circuitBreaker, CountBreaker, handleWhen, isBrokenCircuitError } from 'cockatiel';
import type { CircuitBreakerPolicy, IBackoff, IHalfOpenAfterBackoffContext } from 'cockatiel';
import type { CancelSignal } from '@bff/kernel';
import type { Bulkhead } from './bulkhead.js';
import { DownstreamError } from './downstream-error.js';
import type { BreakerState, DownstreamPolicy } from './downstream-policy.js';

/** The share of failures among the last calls at which a circuit breaker opens. */
const FAILURE_THRESHOLD = 0.5;

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/** Errors that do not count as failures of the downstream. */
const uncounted = new WeakSet<Error>();

/** For a call that had too little time for a response: its failure says nothing about the downstream, and does not count. */
export function rethrowUncounted(error: unknown): never {
  if (error instanceof DownstreamError) uncounted.add(error);
  throw error;
}

/** True for a failure of the downstream, which the circuit breaker counts. */
function isCounted(error: unknown): boolean {
  return error instanceof DownstreamError && !uncounted.has(error);
}

/**
 * A probe of a half-open circuit breaker ended without saying anything about the downstream. cockatiel takes an error that it does
 * not handle for a success, and would close the breaker; so this error is handled, and the next call may probe immediately.
 */
class InconclusiveProbe extends Error {
  override readonly name = 'InconclusiveProbe';
}

/** How long the breaker stays open: not at all after an inconclusive probe. */
class OpenDuration implements IBackoff<IHalfOpenAfterBackoffContext> {
  constructor(
    private readonly openMs: number,
    readonly duration = openMs,
  ) {}

  next({ result }: IHalfOpenAfterBackoffContext): OpenDuration {
    return new OpenDuration(this.openMs, isInconclusive(result) ? 0 : this.openMs);
  }
}

function isInconclusive(reason: object): boolean {
  return 'error' in reason && reason.error instanceof InconclusiveProbe;
}

function rethrowFromProbe(error: unknown): never {
  if (isCounted(error)) throw error;
  throw new InconclusiveProbe('The probe says nothing about the downstream', { cause: error });
}

/** The circuit breaker of one downstream, around its bulkhead. Without a policy for it, calls go straight to the bulkhead. */
export class CircuitBreaker {
  private readonly breaker: CircuitBreakerPolicy | undefined;
  /** One error for all calls until the next conclusive probe: it is one failure, and is logged once. */
  private openError: DownstreamError | undefined;

  constructor(
    private readonly policy: DownstreamPolicy,
    private readonly bulkhead: Bulkhead,
  ) {
    if (!policy.breaker) return;
    const { windowCalls: size, minCalls: minimumNumberOfCalls, openMs } = policy.breaker;
    this.breaker = circuitBreaker(
      handleWhen((error) => isCounted(error) || error instanceof InconclusiveProbe),
      {
        halfOpenAfter: new OpenDuration(openMs),
        breaker: new CountBreaker({ threshold: FAILURE_THRESHOLD, size, minimumNumberOfCalls }),
      },
    );
    this.breaker.onBreak((reason) => {
      if (!isInconclusive(reason)) this.openError = undefined;
    });
  }

  get state(): BreakerState {
    return this.breaker ? STATES[this.breaker.state] : 'none';
  }

  /** Makes a call. Throws, or rejects with, an error for `toDownstreamError` when the call is not made. */
  execute<T>(call: () => Promise<T>, cancel: CancelSignal | undefined): Promise<T> {
    if (!this.breaker) return this.bulkhead.execute(call, cancel);
    // While one call probes the downstream, the others do not wait for its result.
    if (this.breaker.state === CircuitState.HalfOpen) throw this.getOpenError();
    return this.breaker.execute(
      () => {
        const result = this.bulkhead.execute(call, cancel);
        return this.breaker?.state === CircuitState.HalfOpen ? result.catch(rethrowFromProbe) : result;
      },
      // cockatiel only reads whether a signal has aborted.
      cancel as AbortSignal | undefined,
    );
  }

  /** The reason why a call was not made, as a DownstreamError; any other error is returned unchanged. */
  toDownstreamError(error: unknown): unknown {
    if (error instanceof InconclusiveProbe) return this.toDownstreamError(error.cause);
    return isBrokenCircuitError(error) ? this.getOpenError() : this.bulkhead.toDownstreamError(error);
  }

  private getOpenError(): DownstreamError {
    return (this.openError ??= this.createOpenError());
  }

  private createOpenError(): DownstreamError {
    const { downstream, breaker } = this.policy;
    const message = `${downstream} is not called right now: its circuit breaker is open`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', downstream, message, { retryAfterMs: breaker?.openMs });
  }
}
