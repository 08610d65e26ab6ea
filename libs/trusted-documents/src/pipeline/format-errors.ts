import type { GraphQLError, GraphQLFormattedError } from 'graphql';

/** Gives an error its code, and removes internal details. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** The `errors` of a response, each passed to `formatError` as Apollo Server passes it; no property when there are none. */
export function formatErrors(
  errors: readonly GraphQLError[],
  formatError: FormatError,
): { readonly errors?: readonly GraphQLFormattedError[] } {
  return errors.length === 0 ? {} : { errors: errors.map((error) => formatOne(error, formatError)) };
}

function formatOne(error: GraphQLError, formatError: FormatError): GraphQLFormattedError {
  const formatted = error.toJSON();
  const extensions = { code: 'INTERNAL_SERVER_ERROR', ...formatted.extensions };
  return formatError({ ...formatted, extensions }, error);
}
