import { createLoaders, withOptions } from '@bff/downstreams';
import type { Downstreams, Loaders } from '@bff/downstreams';

/** Who looks at a page: the customer that a verified token names. */
export interface Viewer {
  readonly customerId: string;
}

/** What every resolver of one request shares. Made anew for each request, so that nobody sees another's data. */
export interface PageContext {
  /** null when the request came without a token. */
  readonly viewer: Viewer | null;
  readonly load: Loaders;
  /** The downstreams, each call bound to this request's deadline. */
  readonly downstreams: Downstreams;
  /** When the page must be answered: milliseconds since the epoch. */
  readonly deadline: number;
}

export function createPageContext(downstreams: Downstreams, viewer: Viewer | null, budgetMs: number): PageContext {
  const deadline = Date.now() + budgetMs;
  const bounded = withOptions(downstreams, { deadline });
  return { viewer, load: createLoaders(bounded), downstreams: bounded, deadline };
}
