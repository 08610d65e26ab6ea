import type { IncomingHttpHeaders } from 'node:http';
import { Logger } from '@nestjs/common';
import { createPageDownstreams, downstreamMeter, pagePolicies, PartitionedTexts } from '@bff/downstreams';
import { MAX_BAGGAGE } from '@bff/kernel';
import type { Metrics } from '@bff/observability';
import { createPageContext, formatError, QueryLimits } from '@bff/page';
import type { CancelSignal } from '@bff/kernel';
import type { PageContext, Viewer } from '@bff/page';
import type { GraphQLFormattedError } from 'graphql';
import type { BffConfig } from './bff.config.js';
import { Audiences } from './viewer/audiences.js';
import { TokenVerifier } from './viewer/token-verifier.js';

/** What everything that comes in goes through, however it comes: who asks, what it may cost, and how errors are told. */
export class Door {
  readonly development: boolean;
  /** Who shares answers with whom. */
  readonly audiences = new Audiences();
  /** How much one operation may ask for. */
  readonly limits: QueryLimits;
  private readonly downstreams;
  private readonly texts: PartitionedTexts;
  private readonly verifier: TokenVerifier;
  private readonly logger = new Logger('GraphQL');
  private readonly logged = new WeakSet();
  private readonly countError: (of: Record<'code', string>) => void;

  constructor(
    private readonly config: BffConfig,
    metrics: Metrics,
  ) {
    this.limits = new QueryLimits(config);
    this.development = config.NODE_ENV !== 'production';
    this.downstreams = createPageDownstreams(config, pagePolicies(config), downstreamMeter(metrics));
    this.texts = new PartitionedTexts(config.CATALOG_STALE_MS);
    this.verifier = new TokenVerifier(config);
    this.countError = metrics.counter({
      name: 'graphql_errors_total',
      help: 'Errors in answers, by their code.',
      labels: ['code'],
    });
  }

  /**
   * The context of one operation, by the headers that it came with; at once for a viewer who is known. The signal aborts when the
   * client has hung up.
   */
  contextOf(headers: IncomingHttpHeaders, signal?: CancelSignal): PageContext | Promise<PageContext> {
    const viewer = this.verifier.viewerOf(headers.authorization);
    return viewer instanceof Promise
      ? viewer.then((one) => this.contextFor(one, headers, signal))
      : this.contextFor(viewer, headers, signal);
  }

  /**
   * Who may share the answer of one query while it is in flight: the same viewer with the same rights, and with the same headers
   * that are handed on. Undefined when nobody may. Rejects as contextOf does.
   */
  audienceOf(headers: IncomingHttpHeaders): string | undefined | Promise<string> {
    if (!this.config.COALESCE_OPERATIONS || headers['x-explain'] !== undefined) return undefined;
    const viewer = this.verifier.viewerOf(headers.authorization);
    return viewer instanceof Promise
      ? viewer.then((one) => this.audienceFor(one, headers))
      : this.audienceFor(viewer, headers);
  }

  /** Who asks; at once for a viewer who is known. Rejects as contextOf does. */
  viewerOf(headers: IncomingHttpHeaders): Viewer | null | Promise<Viewer> {
    return this.verifier.viewerOf(headers.authorization);
  }

  private contextFor(
    viewer: Viewer | null,
    headers: IncomingHttpHeaders,
    signal: CancelSignal | undefined,
  ): PageContext {
    return createPageContext(this.downstreams, viewer, {
      ...{
        budgetMs: this.config.PAGE_BUDGET_MS,
        maxCalls: this.config.MAX_DOWNSTREAM_CALLS,
        texts: this.texts,
        signal,
        audience: this.audiences.of(viewer),
      },
      baggage: this.config.FORWARD_BAGGAGE ? baggageOf(headers) : undefined,
      // In production a signed token says who may see the inside.
      explain: headers['x-explain'] === '1' && (this.development || viewer?.mayExplain === true),
    });
  }

  private audienceFor(viewer: Viewer | null, headers: IncomingHttpHeaders): string {
    return `${this.audiences.of(viewer)} ${viewer?.operator === true ? 'operator' : ''} ${[headers['baggage'] ?? ''].flat().join(',')}`;
  }

  readonly formatError = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError =>
    formatError(formatted, error, {
      count: (code) => {
        this.countError({ code });
      },
      dependencyFailure: (failure) => {
        this.logOnce(failure);
      },
      bug: (bug) => {
        this.logger.error(bug instanceof Error ? (bug.stack ?? bug.message) : String(bug));
      },
    });

  /** One failure can be the error of many fields: it is logged once. */
  private logOnce(failure: unknown): void {
    if (typeof failure === 'object' && failure !== null) {
      if (this.logged.has(failure)) return;
      this.logged.add(failure);
    }
    this.logger.warn(String(failure));
  }
}

/** Several baggage headers are one, and one that is too long for the rest of the way is none. */
function baggageOf(headers: IncomingHttpHeaders): string | undefined {
  const baggage = [headers['baggage'] ?? []].flat().join(',');
  return baggage === '' || baggage.length > MAX_BAGGAGE ? undefined : baggage;
}
