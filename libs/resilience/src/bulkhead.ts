import { bulkhead, isBulkheadRejectedError } from 'cockatiel';
import type { BulkheadPolicy } from 'cockatiel';
import type { CancelSignal } from '@bff/kernel';
import { DownstreamError } from './downstream-error.js';
import type { DownstreamHealth, DownstreamPolicy } from './downstream-policy.js';

/** Limits the calls in flight to one downstream, and the calls that wait for one of them to end. */
export class Bulkhead {
  private readonly slots: BulkheadPolicy;

  constructor(private readonly policy: DownstreamPolicy) {
    this.slots = bulkhead(policy.maxConcurrent, policy.maxQueued);
  }

  /** True when the next call has to wait, or is rejected. */
  get isFull(): boolean {
    return this.slots.executionSlots === 0;
  }

  get load(): DownstreamHealth['load'] {
    const { maxConcurrent, maxQueued } = this.policy;
    return { active: maxConcurrent - this.slots.executionSlots, queued: maxQueued - this.slots.queueSlots };
  }

  /** Makes a call. Rejects with an error for `toDownstreamError` when the queue is full. */
  execute<T>(call: () => Promise<T>, cancel: CancelSignal | undefined): Promise<T> {
    // cockatiel only reads whether a signal has aborted.
    return this.slots.execute(call, cancel as AbortSignal | undefined);
  }

  /** The rejection of a call for want of a slot, as a DownstreamError; any other error is returned unchanged. */
  toDownstreamError(error: unknown): unknown {
    if (!isBulkheadRejectedError(error)) return error;
    const { downstream, maxConcurrent, maxQueued } = this.policy;
    const message = `${downstream} is not called right now: ${maxConcurrent} calls are in flight and ${maxQueued} wait`;
    return new DownstreamError('DOWNSTREAM_UNAVAILABLE', downstream, message);
  }
}
