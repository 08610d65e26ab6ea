import type { ApiError } from './api.js';

const ADVICE: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'The token is not valid, or has expired: use another one.',
  FORBIDDEN: 'The token does not have the role "operator": use one that has it.',
};

/** Why the data is missing or not up to date. */
export function ErrorNote({ error }: { readonly error: ApiError | undefined }) {
  if (!error) return null;
  return (
    <p className="error" role="alert">
      <b>{error.code}</b> {ADVICE[error.code] ?? `${error.message.replace(/\.$/, '')}. Retrying.`}
    </p>
  );
}
