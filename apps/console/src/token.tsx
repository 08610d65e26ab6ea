import { useState } from 'react';

const KEY = 'console-token';

/** The token that was entered before; otherwise the one that the BFF puts into the page in development. */
export function findToken(): string | null {
  return sessionStorage.getItem(KEY) ?? document.querySelector<HTMLMetaElement>('meta[name="token"]')?.content ?? null;
}

/** Keeps the token until the tab is closed; null removes it. */
export function keepToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}

export function TokenForm({ onToken }: { readonly onToken: (token: string) => void }) {
  const [text, setText] = useState('');
  const token = text.trim().replace(/^Bearer\s+/i, '');
  return (
    <form
      className="token"
      onSubmit={(event) => {
        event.preventDefault();
        if (token !== '') onToken(token);
      }}
    >
      <label>
        An operator’s token
        <textarea rows={4} required value={text} onChange={({ target }) => setText(target.value)} />
      </label>
      <p>
        A JWT with <code>"roles": ["operator"]</code>. It is kept until this tab is closed.
      </p>
      <button type="submit">Use it</button>
    </form>
  );
}
