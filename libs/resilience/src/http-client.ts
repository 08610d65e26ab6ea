import { setTimeout as sleep } from 'node:timers/promises';
import { rejectOnCancel } from '@bff/kernel';
import type { Axios } from 'axios';
import { AttemptRecorder } from './attempt-recorder.js';
import type { DownstreamCall } from './downstream-call.js';
import { rethrowUncounted } from './circuit-breaker.js';
import { Coalescing } from './coalescing.js';
import { waitUntilDeadline } from './deadline.js';
import type { CallBounds, DownstreamHealth, DownstreamMeter, DownstreamPolicy } from './downstream-policy.js';
import { Partitions } from './partitions.js';
import type { Partition } from './partitions.js';
import { computeBackoffMs } from './retry.js';
import { CallErrors } from './call-errors.js';
import { HttpExchange } from './transport/http-exchange.js';
import type { HttpRequest, HttpResponse } from './transport/http-message.js';

/** The circuit breaker does not count the failure of an attempt that had less than this share of the timeout. */
const MIN_TIMEOUT_SHARE = 0.5;

/**
 * Calls one downstream by its policy. The behaviours wrap a call in this order, from the outside in:
 * 1. deadline: no call is made without one, and none when it has passed;
 * 2. coalescing: identical reads in flight are one call;
 * 3. retry with backoff, for reads, within the retry budget and the deadline;
 * 4. circuit breaker: no attempt is made while it is open;
 * 5. bulkhead: a limited number of attempts in flight, and a limited number that wait;
 * 6. transport: one HTTP exchange, which ends at the deadline or at the timeout of the attempt.
 */
export class HttpClient {
  private readonly errors: CallErrors;
  private readonly exchange: HttpExchange;
  private readonly partitions: Partitions;
  private readonly attempts: AttemptRecorder;
  private readonly coalescing: Coalescing;

  constructor(
    private readonly policy: DownstreamPolicy,
    meter?: DownstreamMeter,
  ) {
    this.errors = new CallErrors(policy.downstream);
    this.exchange = new HttpExchange(policy, this.errors);
    this.partitions = new Partitions(policy);
    this.attempts = new AttemptRecorder(policy.downstream, this.partitions, meter);
    this.coalescing = new Coalescing(this.errors, this.attempts, (call) => this.sendWithRetries(call));
    meter?.watch(policy.downstream, () => this.health);
  }

  get downstream(): string {
    return this.policy.downstream;
  }

  /** The state of the circuit breaker, and the calls in flight and waiting. */
  get health(): DownstreamHealth {
    const { breaker, bulkhead } = this.partitions.get();
    return { state: breaker.state, load: bulkhead.load };
  }

  /** axios' interceptors: they see every request before it is sent, and every response. */
  get interceptors(): Axios['interceptors'] {
    return this.exchange.interceptors;
  }

  /** Rejects with DownstreamError. */
  send(request: HttpRequest, bounds: CallBounds = {}): Promise<HttpResponse> {
    const now = Date.now();
    const deadline = bounds.deadline ?? now + this.policy.timeoutMs;
    if (deadline <= now) return Promise.reject(this.errors.createTimeoutError(request, 'no time was left for it'));
    const call: DownstreamCall = { request, bounds, deadline, cancel: bounds.signal };
    return this.policy.coalesce && request.method === 'GET' ? this.coalescing.read(call) : this.sendWithRetries(call);
  }

  /** Sends a request, and retries it while that may help, the retry budget allows it, and there is time left. */
  private async sendWithRetries(call: DownstreamCall): Promise<HttpResponse> {
    const { request, bounds } = call;
    const partition = this.partitions.get(bounds.partition);
    partition.retryBudget.deposit();
    const maxAttempts = request.method === 'GET' ? 1 + this.policy.retries : 1;
    for (let attempt = 1; ; attempt++) {
      const startedAt = performance.now();
      try {
        const response = await this.attempt(partition, call);
        this.attempts.record(bounds, { startedAt, attempt, coalesced: false }, response);
        return response;
      } catch (error) {
        const failure = partition.breaker.toDownstreamError(error);
        this.attempts.record(bounds, { startedAt, attempt, coalesced: false }, failure);
        const backoffMs = attempt < maxAttempts ? computeBackoffMs(attempt, failure) : undefined;
        const canRetry =
          backoffMs !== undefined && partition.breaker.state !== 'open' && Date.now() + backoffMs < call.deadline;
        if (!canRetry || !partition.retryBudget.withdraw()) throw this.errors.toCallerError(failure, call);
        await this.waitForRetry(call, backoffMs);
      }
    }
  }

  private attempt(partition: Partition, call: DownstreamCall): Promise<HttpResponse> {
    const response = partition.breaker.execute(() => this.exchangeOnce(call), call.cancel);
    // An exchange has a deadline itself; an attempt that waits for a slot of the bulkhead does not.
    if (!partition.bulkhead.isFull) return response;
    return waitUntilDeadline(call, this.errors, (end) => rejectOnCancel(response, end));
  }

  private exchangeOnce({ request, bounds, deadline, cancel }: DownstreamCall): Promise<HttpResponse> {
    const { timeoutMs } = this.policy;
    const now = Date.now();
    const isPublic = bounds.coalescingKey === undefined;
    const response = this.exchange.run(request, Math.min(deadline, now + timeoutMs), cancel, isPublic);
    return deadline - now < timeoutMs * MIN_TIMEOUT_SHARE ? response.catch(rethrowUncounted) : response;
  }

  private async waitForRetry(call: DownstreamCall, backoffMs: number): Promise<void> {
    try {
      await waitUntilDeadline(call, this.errors, (end) => sleep(backoffMs, undefined, { signal: end.toAbortSignal() }));
    } catch (error) {
      throw this.errors.toCallerError(error, call);
    }
  }
}
