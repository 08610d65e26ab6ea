import { DownstreamError } from './downstream-error.js';
import type { AttemptTrace, CallBounds, DownstreamMeter } from './downstream-policy.js';
import type { Partitions } from './partitions.js';
import type { HttpResponse } from './transport/http-message.js';

/** Records the attempts of one downstream: in the trace of the call, and in the metrics of the process. */
export class AttemptRecorder {
  constructor(
    private readonly downstream: string,
    private readonly partitions: Partitions,
    private readonly meter: DownstreamMeter | undefined,
  ) {}

  /** `outcome` is the response or the error. */
  record(
    { trace, partition }: CallBounds,
    attempt: Pick<AttemptTrace, 'startedAt' | 'attempt' | 'coalesced'>,
    outcome: unknown,
  ): void {
    if (!trace && !this.meter) return;
    const ms = performance.now() - attempt.startedAt;
    const { breaker } = this.partitions.get(partition);
    const record = { ...attempt, ms, breaker: breaker.state, ...toOutcome(outcome) };
    trace?.(record);
    this.meter?.attempt(this.downstream, record);
  }
}

function toOutcome(outcome: unknown): Pick<AttemptTrace, 'outcome' | 'status' | 'bytes'> {
  if (outcome instanceof DownstreamError) return { outcome: outcome.code, status: outcome.status, bytes: 0 };
  if (outcome instanceof Error) return { outcome: 'CANCELLED', status: undefined, bytes: 0 };
  // What is no error is the response.
  const { status, bytes } = outcome as HttpResponse;
  return { outcome: 'ok', status, bytes };
}
