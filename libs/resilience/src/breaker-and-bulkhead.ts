import {
  bulkhead,
  CircuitState,
  circuitBreaker,
  CountBreaker,
  handleWhen,
  isBrokenCircuitError,
  isBulkheadRejectedError,
} from 'cockatiel';
import type { BulkheadPolicy, CircuitBreakerPolicy, IBackoff, IHalfOpenAfterBackoffContext } from 'cockatiel';
import { DownstreamError } from './downstream-error.js';
import type { CancelSignal } from '@bff/kernel';
import type { BreakerState, DownstreamHealth, DownstreamPolicy } from './downstream-policy.js';
import { RetryBudget } from './retry.js';

/** The share of failures among the last calls at which a circuit breaker opens. */
const THRESHOLD = 0.5;

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/** Errors of calls that say nothing about their downstream: there was too little time for a response. */
export const tooShortOnTime = new WeakSet<Error>();

/** True for an error that says something about the downstream, so that the circuit breaker counts it. */
function isDownstreamFailure(error: unknown): boolean {
  return error instanceof DownstreamError && !tooShortOnTime.has(error);
}

/**
 * How a probe of a half-open circuit breaker ended that says nothing about the downstream. To cockatiel an error that it does
 * not handle is a success, and would close the breaker; so this error is handled, and the next call may probe immediately.
 */
class InconclusiveProbe extends Error {
  override readonly name = 'InconclusiveProbe';
}

/** How long the breaker stays open: not at all after a probe that said nothing. */
class OpenFor implements IBackoff<IHalfOpenAfterBackoffContext> {
  constructor(
    private readonly openMs: number,
    readonly duration = openMs,
  ) {}

  next({ result }: IHalfOpenAfterBackoffContext): OpenFor {
    return new OpenFor(this.openMs, isInconclusive(result) ? 0 : this.openMs);
  }
}

function isInconclusive(reason: object): boolean {
  return 'error' in reason && reason.error instanceof InconclusiveProbe;
}

/** Circuit breaker, bulkhead and retry budget of one downstream. */
export class BreakerAndBulkhead {
  readonly retries = new RetryBudget();
  private readonly breaker: CircuitBreakerPolicy | undefined;
  private readonly bulkhead: BulkheadPolicy;
  /** Shared by all calls that are refused until the next probe: it is one failure, and is logged once. */
  private isOpen: DownstreamError | undefined;

  constructor(private readonly policy: DownstreamPolicy) {
    this.bulkhead = bulkhead(policy.maxConcurrent, policy.maxQueued);
    if (!policy.breaker) return;
    const { windowCalls: size, minCalls: minimumNumberOfCalls } = policy.breaker;
    const halfOpenAfter = new OpenFor(policy.breaker.openMs);
    this.breaker = circuitBreaker(
      handleWhen((error) => isDownstreamFailure(error) || error instanceof InconclusiveProbe),
      { halfOpenAfter, breaker: new CountBreaker({ threshold: THRESHOLD, size, minimumNumberOfCalls }) },
    );
    this.breaker.onBreak((reason) => {
      if (!isInconclusive(reason)) this.isOpen = undefined;
    });
  }

  get state(): BreakerState {
    return this.breaker ? STATES[this.breaker.state] : 'none';
  }

  /** True when the next call has to wait, or is refused. */
  get isFull(): boolean {
    return this.bulkhead.executionSlots === 0;
  }

  /** Calls in flight and calls that wait. */
  get load(): DownstreamHealth['load'] {
    const { maxConcurrent, maxQueued } = this.policy;
    return {
      active: maxConcurrent - this.bulkhead.executionSlots,
      queued: maxQueued - this.bulkhead.queueSlots,
    };
  }

  /** Makes a call. Throws, or rejects with, what `toDownstreamError` knows when it does not. */
  run<T>(call: () => Promise<T>, over: CancelSignal | undefined): Promise<T> {
    // Of a signal, these policies look at whether it has aborted, and no more.
    const signal = over as AbortSignal | undefined;
    if (!this.breaker) return this.bulkhead.execute(call, signal);
    // While one call finds out how the downstream is, the others are not kept waiting for the result.
    if (this.breaker.state === CircuitState.HalfOpen) throw (this.isOpen ??= this.open());
    return this.breaker.execute(() => {
      const made = this.bulkhead.execute(call, signal);
      return this.breaker?.state === CircuitState.HalfOpen ? made.catch(classifyProbeError) : made;
    }, signal);
  }

  /** What kept a call from being made, as a DownstreamError; any other error is given back as it is. */
  toDownstreamError(error: unknown): unknown {
    if (error instanceof InconclusiveProbe) return this.toDownstreamError(error.cause);
    if (isBrokenCircuitError(error)) return (this.isOpen ??= this.open());
    return isBulkheadRejectedError(error) ? this.full() : error;
  }

  private open(): DownstreamError {
    const { downstream, breaker } = this.policy;
    const message = `${downstream} is not called right now: its circuit breaker is open`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', downstream, message, { retryAfterMs: breaker?.openMs });
  }

  private full(): DownstreamError {
    const { downstream, maxConcurrent, maxQueued } = this.policy;
    const message = `${downstream} is not called right now: ${maxConcurrent} calls are in flight and ${maxQueued} wait`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', downstream, message);
  }
}

function classifyProbeError(error: unknown): never {
  if (isDownstreamFailure(error)) throw error;
  throw new InconclusiveProbe('The probe says nothing about the downstream', { cause: error });
}
