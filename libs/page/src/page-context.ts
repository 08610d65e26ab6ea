import { createLoaders, withOptions } from '@bff/downstreams';
import type { CallOptions, Loaders, PageDownstreams, PartitionedTexts } from '@bff/downstreams';
import { BAGGAGE, readBaggage } from '@bff/kernel';
import type { CancelSignal } from '@bff/kernel';
import { Explanation } from './explanation.js';
import { limitExceeded } from './page-error.js';
import { SectionLog } from './section-log.js';

/** Who looks at a page: the customer that a verified token names. */
export interface Viewer {
  readonly customerId: string;
  /** When the token expires, in milliseconds since the epoch: whatever lasts longer ends then. */
  readonly expiresAt: number;
  /** True when the token lets its bearer see how answers come about (the claim `explain`), in production, too. */
  readonly mayExplain?: boolean;
  /** True when the token has the role `operator`: its bearer sees every saga, and decides. */
  readonly operator?: boolean;
}

/** What every resolver of one request shares. Made anew for each request, so that nobody sees another's data. */
export interface PageContext {
  /** null when the request came without a token. */
  readonly viewer: Viewer | null;
  readonly load: Loaders;
  /** The downstreams, each call bound to this request's deadline and number of calls. */
  readonly downstreams: PageDownstreams;
  /** The baggage header that goes with everything this request leads to; undefined when none does. */
  readonly baggage: string | undefined;
  /** Collects what is asked of the downstreams; undefined when nobody wants to know. */
  readonly explain: Explanation | undefined;
  /** How the sections of the pages of this request fare. */
  readonly sections: SectionLog;
}

/** What bounds everything that one request leads to. */
export interface RequestBounds {
  /** How long the page may take, in milliseconds. */
  readonly budgetMs: number;
  /** Aborts when the client has hung up. */
  readonly signal?: CancelSignal | undefined;
  /** Who may share the answers of reads that are not the catalog's: nobody else does. */
  readonly coalescingKey: string;
  /**
   * The most downstream calls. The largest page takes four: a request for twelve pages is served, one that repeats a section by
   * thousands of aliases is not.
   */
  readonly maxCalls: number;
  /** The baggage header that goes with everything; undefined when none does. */
  readonly baggage?: string | undefined;
  /** What the catalog said before. */
  readonly texts: PartitionedTexts;
  /** Somebody wants to know how the answer comes about. */
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
  const beforeCall = (): void => {
    if (++calls > bounds.maxCalls)
      throw limitExceeded(
        'MAX_DOWNSTREAM_CALLS',
        `This request needs more than ${bounds.maxCalls} downstream calls: ask for less, or send several requests.`,
      );
  };
  const partition = baggage === undefined ? undefined : readBaggage(baggage)[BAGGAGE.scope];
  const options: CallOptions = { deadline, signal, beforeCall, baggage, partition, explain: explain?.record };
  // What the catalog says is the same for everybody. What the others say of somebody is never shared with anybody else.
  const personal = { ...options, audience: bounds.coalescingKey };
  const bounded = {
    ...withOptions(downstreams, personal),
    catalog: downstreams.catalog.with(options),
    orchestrator: downstreams.orchestrator.with(personal),
  };
  return {
    viewer,
    load: createLoaders(bounded, bounds.texts.of(partition)),
    downstreams: bounded,
    baggage,
    explain,
    sections: new SectionLog(),
  };
}
