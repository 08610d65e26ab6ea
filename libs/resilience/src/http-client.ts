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
import { Exchange } from './exchange.js';
import type { HttpAnswer, HttpRequest } from './exchange.js';
import { Guard, hurried } from './guard.js';

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
  readonly forAll: boolean;
}

/**
 * Calls one downstream by its policy: always with a deadline, never more calls at once than the bulkhead lets through, not
 * at all while the breaker is open; reads are tried again within the retry budget, and identical reads are shared.
 */
export class HttpClient {
  private readonly exchange: Exchange;
  private readonly guards = new BoundedMap<string, Guard>(MAX_PARTITIONS);
  private readonly inFlight = new InFlight<HttpAnswer>();

  constructor(
    private readonly policy: DownstreamPolicy,
    private readonly meter?: DownstreamMeter,
  ) {
    this.exchange = new Exchange(policy);
    meter?.watch(policy.downstream, () => this.health);
  }

  get downstream(): string {
    return this.policy.downstream;
  }

  /** How the downstream fares: its breaker, and its calls in flight and waiting. */
  get health(): DownstreamHealth {
    return this.guardOf('');
  }

  /** See every request before it is sent, and every answer: axios' own. */
  get interceptors(): Axios['interceptors'] {
    return this.exchange.interceptors;
  }

  /** Rejects with DownstreamError. */
  send(request: HttpRequest, bounds: CallBounds = {}): Promise<HttpAnswer> {
    const now = Date.now();
    const deadline = bounds.deadline ?? now + this.policy.timeoutMs;
    if (deadline <= now) return Promise.reject(this.exchange.timeout(request, 'no time was left for it'));
    if (this.policy.coalesce && request.method === 'GET') return this.shared(request, bounds, deadline);
    return this.tried(request, bounds, deadline, bounds.signal);
  }

  /** Shares the call with whoever asks the same, of the same audience, while it is in flight. It ends when the last has left. */
  private async shared(request: HttpRequest, bounds: CallBounds, deadline: number): Promise<HttpAnswer> {
    const { audience, partition, signal } = bounds;
    // No path has a space.
    const key = `${request.path} ${JSON.stringify([audience, partition, request.headers])}`;
    const call = this.inFlight.get(key);
    if (call) return this.joined(call, request, bounds, deadline);
    const answer = this.inFlight.join(key, (cancel) => this.tried(request, bounds, deadline, cancel), signal);
    try {
      // The call ends in time by itself; but others may wait for it when this caller has gone.
      return await (signal ? rejectOnCancel(answer, signal) : answer);
    } catch (error) {
      throw this.toldOf(error, request, signal);
    }
  }

  /** Waits for another's call, as long as for one's own. */
  private async joined(
    call: SharedCall<HttpAnswer>,
    request: HttpRequest,
    bounds: CallBounds,
    deadline: number,
  ): Promise<HttpAnswer> {
    const { signal, trace } = bounds;
    const told = { startedAt: performance.now(), attempt: 1, coalesced: true };
    try {
      const answer = await this.until(deadline, signal, request, (end) => rejectOnCancel(call.join(end), end));
      this.tell(trace, told, bounds, answer);
      return answer;
    } catch (error) {
      this.tell(trace, told, bounds, error);
      throw this.toldOf(error, request, signal);
    }
  }

  /** Tries, and tries again while that may help, is allowed, and there is time for it. */
  private async tried(
    request: HttpRequest,
    bounds: CallBounds,
    deadline: number,
    cancel: CancelSignal | undefined,
  ): Promise<HttpAnswer> {
    const guard = this.guardOf(bounds.partition ?? '');
    guard.retries.deposit();
    const attempts = request.method === 'GET' ? 1 + this.policy.retries : 1;
    for (let attempt = 1; ; attempt++) {
      const startedAt = performance.now();
      try {
        const call = this.attempt(guard, request, { deadline, cancel, forAll: bounds.audience === undefined });
        // A call that is under way ends by itself; one that waits for others to end does not.
        const answer = await (guard.isFull
          ? this.until(deadline, cancel, request, (end) => rejectOnCancel(call, end))
          : call);
        this.tell(bounds.trace, { startedAt, attempt, coalesced: false }, bounds, answer);
        return answer;
      } catch (error) {
        const trouble = guard.troubleOf(error);
        this.tell(bounds.trace, { startedAt, attempt, coalesced: false }, bounds, trouble);
        const pause = attempt < attempts ? pauseBefore(attempt, trouble) : undefined;
        const mayHelp = pause !== undefined && guard.state !== 'open' && Date.now() + pause < deadline;
        if (!mayHelp || !guard.retries.withdraw()) throw this.toldOf(trouble, request, cancel);
        await this.until(deadline, cancel, request, (end) =>
          sleep(pause, undefined, { signal: end.toAbortSignal() }),
        ).catch((over: unknown) => {
          throw this.toldOf(over, request, cancel);
        });
      }
    }
  }

  /** An error as the caller is told of it: a call that nobody needs any more was not broken by anything. */
  private toldOf(error: unknown, request: HttpRequest, cancel: CancelSignal | undefined): unknown {
    return cancel?.aborted && !(error instanceof DownstreamError) ? this.exchange.cancelled(request, error) : error;
  }

  /** Waits for something until the deadline, or until nobody needs it any more. */
  private async until<T>(
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

  private attempt(guard: Guard, request: HttpRequest, { deadline, cancel, forAll }: Attempt): Promise<HttpAnswer> {
    const { timeoutMs } = this.policy;
    return guard.run(() => {
      const now = Date.now();
      const answer = this.exchange.run(request, Math.min(deadline, now + timeoutMs), cancel, forAll);
      return deadline - now < timeoutMs * FAIR_SHARE ? answer.catch(inAHurry) : answer;
    }, cancel);
  }

  private guardOf(partition: string): Guard {
    let guard = this.guards.get(partition);
    if (!guard) {
      this.guards.set(partition, (guard = new Guard(this.policy)));
    }
    return guard;
  }

  private tell(
    trace: CallBounds['trace'],
    attempt: Pick<AttemptTrace, 'startedAt' | 'attempt' | 'coalesced'>,
    { partition = '' }: CallBounds,
    outcome: unknown,
  ): void {
    if (!trace && !this.meter) return;
    const ms = performance.now() - attempt.startedAt;
    const told = { ...attempt, ms, breaker: this.guardOf(partition).state, ...whatBecame(outcome) };
    trace?.(told);
    this.meter?.attempt(this.policy.downstream, told);
  }
}

function inAHurry(error: unknown): never {
  if (error instanceof DownstreamError) hurried.add(error);
  throw error;
}

function whatBecame(outcome: unknown): Pick<AttemptTrace, 'outcome' | 'status' | 'bytes'> {
  if (outcome instanceof DownstreamError) return { outcome: outcome.code, status: outcome.status, bytes: 0 };
  if (outcome instanceof Error) return { outcome: 'CANCELLED', status: undefined, bytes: 0 };
  // What is no error is the answer.
  const { status, bytes } = outcome as HttpAnswer;
  return { outcome: 'ok', status, bytes };
}

/** How long to wait before the next attempt, in milliseconds; undefined when none would help. */
function pauseBefore(attempt: number, error: unknown): number | undefined {
  if (!(error instanceof DownstreamError) || !error.retryable) return undefined;
  return error.retryAfterMs ?? PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
}
