import type { PageContext, Viewer } from './page-context.js';
import { forbidden, unauthenticated } from './page-error.js';

/** The viewer of a page that needs one. Throws UNAUTHENTICATED. */
export function requireViewer(context: PageContext): Viewer {
  if (!context.viewer) throw unauthenticated('This page is personal: send a token as "Authorization: Bearer ...".');
  return context.viewer;
}

/** The operator who asks for what is an operator's. Throws UNAUTHENTICATED and FORBIDDEN. */
export function requireOperator(context: PageContext): Viewer {
  const viewer = requireViewer(context);
  if (viewer.operator !== true) throw forbidden('This is for operators: the token has no role "operator".');
  return viewer;
}
