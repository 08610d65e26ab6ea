import { createLoaders, withOptions } from '@bff/downstreams';
import type { CallOptions, Loaders, PageDownstreams, PartitionedStaleCatalog } from '@bff/downstreams';
import { BAGGAGE, readBaggage } from '@bff/kernel';
import type { CancelSignal } from '@bff/kernel';
import { Explanation } from './explanation.js';
import { createLimitExceededError } from './page-error.js';
import { SectionLog } from './section-log.js';

/** The customer, or operator, that a verified token names. */
export interface Viewer {
  readonly customerId: string;
  /** When the token expires, in milliseconds since the epoch: a subscription that lasts longer ends then. */
  readonly expiresAt: number;
  /** True when the token has the claim `explain`: responses may be explained in production, too. */
  readonly mayExplain?: boolean;
  /** True when the token has the role `operator`: the viewer sees every saga, and decides about those that are stuck. */
  readonly operator?: boolean;
}

/** What the resolvers of one request share. Each request has its own, so that no viewer sees the data of another. */
export interface PageContext {
  /** null when the request came without a token. */
  readonly viewer: Viewer | null;
  readonly load: Loaders;
  /** The downstreams; their calls share the deadline and the maximum number of calls of the request. */
  readonly downstreams: PageDownstreams;
  /** The baggage header that is forwarded with every call of this request; undefined for none. */
  readonly baggage: string | undefined;
  /** Records the downstream calls; undefined unless the request asked for an explanation. */
  readonly explain: Explanation | undefined;
  /** The state of the sections of this request. */
  readonly sections: SectionLog;
}

/** The limits of one request, and what its calls carry. */
export interface RequestBounds {
  /** The time until the deadline, in milliseconds. */
  readonly budgetMs: number;
  /** Aborts when the client disconnects. */
  readonly signal?: CancelSignal | undefined;
  /** Reads that are not public are coalesced only among requests with the same key. */
  readonly coalescingKey: string;
  /**
   * The maximum number of downstream calls. The largest page needs four: a request for twelve pages is served, one that repeats a
   * section with thousands of aliases is not.
   */
  readonly maxCalls: number;
  /** The baggage header that is forwarded; undefined for none. */
  readonly baggage?: string | undefined;
  /** The last known texts of the catalog, for the time when it is unavailable. */
  readonly staleCatalog: PartitionedStaleCatalog;
  /** Whether to record the downstream calls. */
  readonly explain?: boolean;
}

export function createPageContext(
  downstreams: PageDownstreams,
  viewer: Viewer | null,
  bounds: RequestBounds,
): PageContext {
  const { budgetMs, signal, baggage } = bounds;
  const explain = bounds.explain ? new Explanation() : undefined;
  const deadline = Date.now() + budgetMs;
  let calls = 0;
  const countCall = (): void => {
    if (++calls > bounds.maxCalls)
      throw createLimitExceededError(
        'MAX_DOWNSTREAM_CALLS',
        `This request needs more than ${bounds.maxCalls} downstream calls: ask for less, or send several requests.`,
      );
  };
  const partition = baggage === undefined ? undefined : readBaggage(baggage)[BAGGAGE.scope];
  const options: CallOptions = {
    deadline,
    signal,
    beforeCall: countCall,
    baggage,
    partition,
    explain: explain?.record,
  };
  // The catalog is public: its reads are shared by all viewers. Those of other services are never shared between viewers.
  const personal: CallOptions = { ...options, coalescingKey: bounds.coalescingKey };
  const bounded = {
    ...withOptions(downstreams, personal),
    catalog: downstreams.catalog.with(options),
    orchestrator: downstreams.orchestrator.with(personal),
  };
  return {
    viewer,
    load: createLoaders(bounded, bounds.staleCatalog.getCache(partition)),
    downstreams: bounded,
    baggage,
    explain,
    sections: new SectionLog(),
  };
}
