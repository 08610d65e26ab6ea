import { setTimeout as sleep } from 'node:timers/promises';
import { BoundedMap, Deadline, InFlight, rejectOnCancel } from '@bff/kernel';
import type { CancelSignal, SharedCall } from '@bff/kernel';
import type { Axios } from 'axios';
import { DownstreamError } from './downstream-error.js';
import type {
  AttemptTrace,
  CallBounds,
  DownstreamHealth,
  DownstreamMeter,
  DownstreamPolicy,
} from './downstream-policy.js';
import { HttpExchange } from './transport/http-exchange.js';
import type { HttpResponse, HttpRequest } from './transport/http-exchange.js';
import { BreakerAndBulkhead, tooShortOnTime } from './breaker-and-bulkhead.js';

/** The first pause before a retry, in milliseconds; each later one may be twice as long. A share of it is left to chance. */
const PAUSE_MS = 25;

/** A call that was given less than this share of its time says nothing about its downstream. */
const FAIR_SHARE = 0.5;

/** Each partition is one test that runs beside others. */
const MAX_PARTITIONS = 500;

interface Attempt {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly cancel: CancelSignal | undefined;
  /** Everybody may share the answer. */
  readonly isPublic: boolean;
}

/**
 * Calls one downstream by its policy: always with a deadline, never more calls at once than the bulkhead lets through, not
 * at all while the breaker is open; reads are tried again within the retry budget, and identical reads are shared.
 */
export class HttpClient {
  private readonly exchange: HttpExchange;
  private readonly guards = new BoundedMap<string, BreakerAndBulkhead>(MAX_PARTITIONS);
  private readonly inFlight = new InFlight<HttpResponse>();

  constructor(
    private readonly policy: DownstreamPolicy,
    private readonly meter?: DownstreamMeter,
  ) {
    this.exchange = new HttpExchange(policy);
    meter?.watch(policy.downstream, () => this.health);
  }

  get downstream(): string {
    return this.policy.downstream;
  }

  /** The state of the circuit breaker, and the calls in flight and waiting. */
  get health(): DownstreamHealth {
    return this.getGuard('');
  }

  /** See every request before it is sent, and every answer: axios' own. */
  get interceptors(): Axios['interceptors'] {
    return this.exchange.interceptors;
  }

  /** Rejects with DownstreamError. */
  send(request: HttpRequest, bounds: CallBounds = {}): Promise<HttpResponse> {
    const now = Date.now();
    const deadline = bounds.deadline ?? now + this.policy.timeoutMs;
    if (deadline <= now) return Promise.reject(this.exchange.timeout(request, 'no time was left for it'));
    if (this.policy.coalesce && request.method === 'GET') return this.sendCoalesced(request, bounds, deadline);
    return this.sendWithRetries(request, bounds, deadline, bounds.signal);
  }

  /** Coalesces identical reads of the same audience while one is in flight. The call is cancelled when its last caller has left. */
  private async sendCoalesced(request: HttpRequest, bounds: CallBounds, deadline: number): Promise<HttpResponse> {
    const { coalescingKey, partition, signal } = bounds;
    // No path has a space.
    const key = `${request.path} ${JSON.stringify([coalescingKey, partition, request.headers])}`;
    const call = this.inFlight.get(key);
    if (call) return this.joinInFlight(call, request, bounds, deadline);
    const answer = this.inFlight.join(key, (cancel) => this.sendWithRetries(request, bounds, deadline, cancel), signal);
    try {
      // The call ends in time by itself; but others may wait for it when this caller has gone.
      return await (signal ? rejectOnCancel(answer, signal) : answer);
    } catch (error) {
      throw this.toCallerError(error, request, signal);
    }
  }

  /** Waits for another's call, as long as for one's own. */
  private async joinInFlight(
    call: SharedCall<HttpResponse>,
    request: HttpRequest,
    bounds: CallBounds,
    deadline: number,
  ): Promise<HttpResponse> {
    const { signal, trace } = bounds;
    const record = { startedAt: performance.now(), attempt: 1, coalesced: true };
    try {
      const answer = await this.waitUntil(deadline, signal, request, (end) => rejectOnCancel(call.join(end), end));
      this.recordAttempt(trace, record, bounds, answer);
      return answer;
    } catch (error) {
      this.recordAttempt(trace, record, bounds, error);
      throw this.toCallerError(error, request, signal);
    }
  }

  /** Sends a request, and retries it while that may help, the retry budget allows it, and there is time left. */
  private async sendWithRetries(
    request: HttpRequest,
    bounds: CallBounds,
    deadline: number,
    cancel: CancelSignal | undefined,
  ): Promise<HttpResponse> {
    const guard = this.getGuard(bounds.partition ?? '');
    guard.retries.deposit();
    const attempts = request.method === 'GET' ? 1 + this.policy.retries : 1;
    for (let attempt = 1; ; attempt++) {
      const startedAt = performance.now();
      try {
        const call = this.attempt(guard, request, { deadline, cancel, isPublic: bounds.coalescingKey === undefined });
        // A call that is under way ends by itself; one that waits for others to end does not.
        const answer = await (guard.isFull
          ? this.waitUntil(deadline, cancel, request, (end) => rejectOnCancel(call, end))
          : call);
        this.recordAttempt(bounds.trace, { startedAt, attempt, coalesced: false }, bounds, answer);
        return answer;
      } catch (error) {
        const failure = guard.toDownstreamError(error);
        this.recordAttempt(bounds.trace, { startedAt, attempt, coalesced: false }, bounds, failure);
        const pause = attempt < attempts ? delayBeforeRetry(attempt, failure) : undefined;
        const mayHelp = pause !== undefined && guard.state !== 'open' && Date.now() + pause < deadline;
        if (!mayHelp || !guard.retries.withdraw()) throw this.toCallerError(failure, request, cancel);
        await this.waitUntil(deadline, cancel, request, (end) =>
          sleep(pause, undefined, { signal: end.toAbortSignal() }),
        ).catch((over: unknown) => {
          throw this.toCallerError(over, request, cancel);
        });
      }
    }
  }

  /** The error as the caller gets it: the end of a call that was cancelled is no failure of the downstream. */
  private toCallerError(error: unknown, request: HttpRequest, cancel: CancelSignal | undefined): unknown {
    return cancel?.aborted && !(error instanceof DownstreamError) ? this.exchange.cancelled(request, error) : error;
  }

  /** Waits until the deadline, or until the call is cancelled. */
  private async waitUntil<T>(
    deadline: number,
    cancel: CancelSignal | undefined,
    request: HttpRequest,
    wait: (end: Deadline) => Promise<T>,
  ): Promise<T> {
    const givenMs = deadline - Date.now();
    const end = new Deadline(deadline, cancel);
    try {
      return await wait(end);
    } catch (error) {
      if (!end.expired || error instanceof DownstreamError) throw error;
      throw this.exchange.timeout(request, `it took longer than ${givenMs} ms`);
    } finally {
      end.release();
    }
  }

  private attempt(
    guard: BreakerAndBulkhead,
    request: HttpRequest,
    { deadline, cancel, isPublic }: Attempt,
  ): Promise<HttpResponse> {
    const { timeoutMs } = this.policy;
    return guard.run(() => {
      const now = Date.now();
      const answer = this.exchange.run(request, Math.min(deadline, now + timeoutMs), cancel, isPublic);
      return deadline - now < timeoutMs * FAIR_SHARE ? answer.catch(markTooShortOnTime) : answer;
    }, cancel);
  }

  private getGuard(partition: string): BreakerAndBulkhead {
    let guard = this.guards.get(partition);
    if (!guard) {
      this.guards.set(partition, (guard = new BreakerAndBulkhead(this.policy)));
    }
    return guard;
  }

  private recordAttempt(
    trace: CallBounds['trace'],
    attempt: Pick<AttemptTrace, 'startedAt' | 'attempt' | 'coalesced'>,
    { partition = '' }: CallBounds,
    outcome: unknown,
  ): void {
    if (!trace && !this.meter) return;
    const ms = performance.now() - attempt.startedAt;
    const record = { ...attempt, ms, breaker: this.getGuard(partition).state, ...toOutcome(outcome) };
    trace?.(record);
    this.meter?.attempt(this.policy.downstream, record);
  }
}

function markTooShortOnTime(error: unknown): never {
  if (error instanceof DownstreamError) tooShortOnTime.add(error);
  throw error;
}

function toOutcome(outcome: unknown): Pick<AttemptTrace, 'outcome' | 'status' | 'bytes'> {
  if (outcome instanceof DownstreamError) return { outcome: outcome.code, status: outcome.status, bytes: 0 };
  if (outcome instanceof Error) return { outcome: 'CANCELLED', status: undefined, bytes: 0 };
  // What is no error is the answer.
  const { status, bytes } = outcome as HttpResponse;
  return { outcome: 'ok', status, bytes };
}

/** How long to wait before the next attempt, in milliseconds; undefined when none would help. */
function delayBeforeRetry(attempt: number, error: unknown): number | undefined {
  if (!(error instanceof DownstreamError) || !error.retryable) return undefined;
  return error.retryAfterMs ?? PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
}
