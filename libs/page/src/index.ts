export { isSelected } from './is-selected.js';
export { ERROR_FACTS, ERROR_KINDS, REQUEST_ERROR_FACTS } from './error-code.js';
export type { ErrorCode } from './error-code.js';
export type { Explained, ExplainedAttempt, Explanation } from './explanation.js';
export { formatError } from './format-error.js';
export { createPageContext } from './page-context.js';
export type { PageContext, Viewer } from './page-context.js';
export {
  createAuthenticationUnavailableError,
  createBadRequestError,
  createBadUserInputError,
  createLimitExceededError,
  createCancellingUnavailableError,
  createOrderingUnavailableError,
  createTooManyRequestsError,
  createUnauthenticatedError,
} from './page-error.js';
export { OneMutationRule } from './one-mutation.rule.js';
export { ListSize, QueryLimits } from './query-limits.js';
export { Page, Section } from './section.js';
export { requireOperator, requireViewer } from './require-viewer.js';
export { NoSubscriptionConditionsRule } from './subscription-conditions.rule.js';
export { createPlainFieldFinder } from './plain-field-finder.js';
