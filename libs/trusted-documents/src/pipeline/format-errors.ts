import type { GraphQLError, GraphQLFormattedError } from 'graphql';

/** Gives an error its code, and shows nothing of our inside. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** The `errors` of an answer, as Apollo Server hands them to whoever formats them; nothing when there are none. */
export function errorsOf(
  errors: readonly GraphQLError[],
  formatError: FormatError,
): { readonly errors?: readonly GraphQLFormattedError[] } {
  return errors.length === 0 ? {} : { errors: errors.map((error) => told(error, formatError)) };
}

function told(error: GraphQLError, formatError: FormatError): GraphQLFormattedError {
  const formatted = error.toJSON();
  const extensions = { code: 'INTERNAL_SERVER_ERROR', ...formatted.extensions };
  return formatError({ ...formatted, extensions }, error);
}
