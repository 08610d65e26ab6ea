import type { ApiError } from './api.js';

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'The token is not accepted, or has expired: use another one.',
  FORBIDDEN: 'The token is not an operator’s: use one with the role "operator".',
};

/** Why there is nothing, or nothing newer, to see. */
export function ErrorNote({ error }: { readonly error: ApiError | undefined }) {
  if (!error) return null;
  return (
    <p className="trouble" role="alert">
      <b>{error.code}</b> {WHAT_TO_DO[error.code] ?? `${error.message}. It is asked again by itself.`}
    </p>
  );
}
