import { useCallback, useState } from 'react';
import type { Api, SagaPage, Search } from './api.js';
import { formatDuration } from './picture.js';
import { formatLink } from './route.js';
import type { Saga } from './saga.js';
import { SearchForm } from './search-form.js';
import { Status } from './status.js';
import { ErrorNote } from './error-note.js';
import { usePolled } from './use-polled.js';

const POLL_INTERVAL_MS = 2_000;

const EVERYTHING: Search = { id: '', customerId: '', step: '', saga: '', status: [], olderThanSeconds: null };

/** The sagas that match the search, newest first, page by page. The page on screen is kept up to date. */
export function SagaList({ api }: { readonly api: Api }) {
  const [search, setSearch] = useState(EVERYTHING);
  /** The cursor of each page up to the one on screen. */
  const [pages, setPages] = useState<readonly (string | null)[]>([null]);
  const after = pages.at(-1) ?? null;
  const ask = useCallback((signal: AbortSignal) => api.search(search, after, signal), [api, search, after]);
  const { value, error } = usePolled<SagaPage>(ask, POLL_INTERVAL_MS);
  const changeSearch = (next: Search): void => {
    setSearch(next);
    setPages([null]);
  };
  return (
    <>
      <SearchForm search={search} onSearch={changeSearch} />
      <ErrorNote error={error} />
      {value && <SagaTable sagas={value.nodes} />}
      <nav aria-label="Pages">
        <button disabled={pages.length === 1} onClick={() => setPages(pages.slice(0, -1))}>
          Newer
        </button>
        <button disabled={!value?.endCursor} onClick={() => value?.endCursor && setPages([...pages, value.endCursor])}>
          Older
        </button>
      </nav>
    </>
  );
}

function SagaTable({ sagas }: { readonly sagas: readonly Saga[] }) {
  if (sagas.length === 0) return <p className="nothing">No saga matches.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th>Status</th>
          <th>Saga</th>
          <th>Order</th>
          <th>Customer</th>
          <th>Step</th>
          <th>Started</th>
          <th>Age</th>
          <th>Error</th>
        </tr>
      </thead>
      <tbody>
        {sagas.map((saga) => (
          <SagaRow key={`${saga.saga}/${saga.id}`} saga={saga} />
        ))}
      </tbody>
    </table>
  );
}

function SagaRow({ saga }: { readonly saga: Saga }) {
  const { id, customerId, status, step, direction, startedAt, ageMs, error } = saga;
  return (
    <tr>
      <td>
        <Status status={status} />
      </td>
      <td>{saga.saga}</td>
      <td>
        <a className="id" href={formatLink(saga.saga, id)}>
          {id}
        </a>
      </td>
      <td>{customerId}</td>
      <td>{step !== null && (direction === 'UNDO' ? `undo: ${step}` : step)}</td>
      <td>{new Date(startedAt).toLocaleString()}</td>
      <td className="number">{formatDuration(ageMs)}</td>
      <td>{error && <span title={error.message}>{error.code}</span>}</td>
    </tr>
  );
}
