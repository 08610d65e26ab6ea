import type { IncomingHttpHeaders } from 'node:http';
import { Logger } from '@nestjs/common';
import {
  createPageDownstreams,
  createDownstreamMeter,
  createPagePolicies,
  PartitionedStaleCatalog,
} from '@bff/downstreams';
import { MAX_BAGGAGE } from '@bff/kernel';
import type { CancelSignal } from '@bff/kernel';
import type { Metrics } from '@bff/observability';
import { createPageContext, formatError, QueryLimits } from '@bff/page';
import type { PageContext, Viewer } from '@bff/page';
import type { GraphQLFormattedError } from 'graphql';
import type { BffConfig } from '../bff.config.js';
import { TokenVerifier } from './authentication/token-verifier.js';
import { CoalescingKeys } from './read-your-writes.plugin.js';

/**
 * Creates the context of every operation, whatever its transport: finds the viewer, sets what the operation may cost, and formats
 * its errors.
 */
export class RequestContextFactory {
  readonly development: boolean;
  readonly coalescingKeys = new CoalescingKeys();
  readonly limits: QueryLimits;
  private readonly downstreams;
  private readonly staleCatalog: PartitionedStaleCatalog;
  private readonly verifier: TokenVerifier;
  /** By the headers object of a request, which is the same wherever the request is handled. */
  private readonly viewers = new WeakMap<IncomingHttpHeaders, Viewer | Promise<Viewer>>();
  private readonly logger = new Logger('GraphQL');
  private readonly logged = new WeakSet();
  private readonly countError: (of: Record<'code', string>) => void;

  constructor(
    private readonly config: BffConfig,
    metrics: Metrics,
  ) {
    this.limits = new QueryLimits(config);
    this.development = config.NODE_ENV !== 'production';
    this.downstreams = createPageDownstreams(config, createPagePolicies(config), createDownstreamMeter(metrics));
    this.staleCatalog = new PartitionedStaleCatalog(config.CATALOG_STALE_MS);
    this.verifier = new TokenVerifier(config);
    this.countError = metrics.createCounter({
      name: 'graphql_errors_total',
      help: 'Errors in responses, by their code.',
      labels: ['code'],
    });
  }

  /**
   * The viewer that the token of a request names; null without a token. It is found once for each request, and without a promise
   * when the token was verified before. Rejects with UNAUTHENTICATED or AUTHENTICATION_UNAVAILABLE.
   */
  findViewer(headers: IncomingHttpHeaders): Viewer | null | Promise<Viewer> {
    if (headers.authorization === undefined) return null;
    const found = this.viewers.get(headers);
    if (found !== undefined) return found;
    const viewer = this.verifier.verify(headers.authorization);
    this.viewers.set(headers, viewer);
    if (viewer instanceof Promise)
      viewer.then(
        (one) => this.viewers.set(headers, one),
        () => undefined,
      );
    return viewer;
  }

  /** Verifies the token of a connection that may outlive it. Call it again while the connection is open. Rejects as `findViewer` does. */
  async verifyToken({ authorization }: IncomingHttpHeaders): Promise<void> {
    if (authorization !== undefined) await this.verifier.verify(authorization);
  }

  /** The context of one operation. The signal aborts when the client disconnects. Rejects as `findViewer` does. */
  createContext(headers: IncomingHttpHeaders, signal?: CancelSignal): PageContext | Promise<PageContext> {
    const viewer = this.findViewer(headers);
    return viewer instanceof Promise
      ? viewer.then((one) => this.createContextFor(one, headers, signal))
      : this.createContextFor(viewer, headers, signal);
  }

  /**
   * Identical queries with the same key may share one response while it is in flight: they are of the same viewer with the same
   * role, and have the same baggage. Undefined for a query whose response must not be shared. Rejects as `findViewer` does.
   */
  findCoalescingKey(headers: IncomingHttpHeaders): string | undefined | Promise<string> {
    if (!this.config.COALESCE_OPERATIONS || headers['x-explain'] !== undefined) return undefined;
    const viewer = this.findViewer(headers);
    return viewer instanceof Promise
      ? viewer.then((one) => this.createCoalescingKey(one, headers))
      : this.createCoalescingKey(viewer, headers);
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

  private createContextFor(
    viewer: Viewer | null,
    headers: IncomingHttpHeaders,
    signal: CancelSignal | undefined,
  ): PageContext {
    return createPageContext(this.downstreams, viewer, {
      budgetMs: this.config.PAGE_BUDGET_MS,
      maxCalls: this.config.MAX_DOWNSTREAM_CALLS,
      staleCatalog: this.staleCatalog,
      signal,
      coalescingKey: this.coalescingKeys.getKey(viewer),
      baggage: this.config.FORWARD_BAGGAGE ? joinBaggage(headers) : undefined,
      // In production a claim of the signed token grants it.
      explain: headers['x-explain'] === '1' && (this.development || viewer?.mayExplain === true),
    });
  }

  private createCoalescingKey(viewer: Viewer | null, headers: IncomingHttpHeaders): string {
    const role = viewer?.operator === true ? 'operator' : '';
    return `${this.coalescingKeys.getKey(viewer)} ${role} ${[headers['baggage'] ?? ''].flat().join(',')}`;
  }

  /** One failure can be the error of many fields: it is logged once. */
  private logOnce(failure: unknown): void {
    if (typeof failure === 'object' && failure !== null) {
      if (this.logged.has(failure)) return;
      this.logged.add(failure);
    }
    this.logger.warn(String(failure));
  }
}

/** Several baggage headers count as one. One that is too long to be forwarded is dropped. */
function joinBaggage(headers: IncomingHttpHeaders): string | undefined {
  const baggage = [headers['baggage'] ?? []].flat().join(',');
  return baggage === '' || baggage.length > MAX_BAGGAGE ? undefined : baggage;
}
