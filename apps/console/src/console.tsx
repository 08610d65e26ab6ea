import { useMemo, useState } from 'react';
import { Api } from './api.js';
import { useRoute } from './route.js';
import { SagaList } from './saga-list.js';
import { SagaView } from './saga-view.js';
import { findToken, keepToken, TokenForm } from './token.js';

/** The whole page: a form for the token, then the list of sagas or one saga. */
export function Console() {
  const [token, setToken] = useState(findToken);
  const api = useMemo(() => (token === null ? null : new Api(token)), [token]);
  const route = useRoute();
  const change = (next: string | null): void => {
    keepToken(next);
    setToken(next);
  };
  return (
    <>
      <header>
        <h1>
          <a href="#/">Console</a>
        </h1>
        <p>All orders and their sagas, step by step</p>
        {api && <button onClick={() => change(null)}>Use another token</button>}
      </header>
      <main>
        {!api && <TokenForm onToken={change} />}
        {api && !route && <SagaList api={api} />}
        {api && route && <SagaView key={`${route.saga}/${route.orderId}`} api={api} route={route} />}
      </main>
    </>
  );
}
