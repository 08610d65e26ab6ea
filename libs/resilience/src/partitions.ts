import { BoundedMap } from '@bff/kernel';
import { Bulkhead } from './bulkhead.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { DownstreamPolicy } from './downstream-policy.js';
import { RetryBudget } from './retry.js';

/** Each partition is one test that runs beside others; calls outside of tests share the partition "". */
const MAX_PARTITIONS = 500;

/** What calls of one partition share: they share nothing with those of another. */
export interface Partition {
  readonly bulkhead: Bulkhead;
  readonly breaker: CircuitBreaker;
  readonly retryBudget: RetryBudget;
}

/** The partitions of one downstream; the least recently used are forgotten first. */
export class Partitions {
  private readonly partitions = new BoundedMap<string, Partition>(MAX_PARTITIONS);

  constructor(private readonly policy: DownstreamPolicy) {}

  get(name = ''): Partition {
    const known = this.partitions.get(name);
    if (known) return known;
    const bulkhead = new Bulkhead(this.policy);
    const breaker = new CircuitBreaker(this.policy, bulkhead);
    const partition = { bulkhead, breaker, retryBudget: new RetryBudget() };
    this.partitions.set(name, partition);
    return partition;
  }
}
