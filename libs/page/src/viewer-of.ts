import type { PageContext, Viewer } from './page-context.js';
import { unauthenticated } from './page-error.js';

/** The viewer of a page that needs one. Throws UNAUTHENTICATED. */
export function viewerOf(context: PageContext): Viewer {
  if (!context.viewer) throw unauthenticated('This page is personal: send a token as "Authorization: Bearer ...".');
  return context.viewer;
}
