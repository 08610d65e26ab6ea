import type { PageContext, Viewer } from './page-context.js';
import { createForbiddenError, createUnauthenticatedError } from './page-error.js';

/** The viewer of an operation that needs one. Throws UNAUTHENTICATED. */
export function requireViewer(context: PageContext): Viewer {
  if (!context.viewer)
    throw createUnauthenticatedError('This needs a token: send it in the header "Authorization: Bearer <JWT>".');
  return context.viewer;
}

/** The operator of an operation that needs one. Throws UNAUTHENTICATED and FORBIDDEN. */
export function requireOperator(context: PageContext): Viewer {
  const viewer = requireViewer(context);
  if (viewer.operator !== true)
    throw createForbiddenError('This is for operators: the token needs the role "operator".');
  return viewer;
}
