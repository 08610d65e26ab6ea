import { useCallback, useState } from 'react';
import type { Api, SagaPage, Search } from './api.js';
import { formatDuration } from './picture.js';
import { formatLink } from './place.js';
import type { Saga } from './saga.js';
import { SearchForm } from './search-form.js';
import { Status } from './status.js';
import { ErrorNote } from './error-note.js';
import { usePolled } from './use-polled.js';

const EVERY_MS = 2_000;

const EVERYTHING: Search = { id: '', customerId: '', step: '', saga: '', status: [], olderThanSeconds: null };

/** The sagas that are looked for, the newest first, a page at a time; what is seen is kept up to date. */
export function SagaList({ api }: { readonly api: Api }) {
  const [search, setSearch] = useState(EVERYTHING);
  /** Where each page begins, up to the one that is shown. */
  const [pages, setPages] = useState<readonly (string | null)[]>([null]);
  const after = pages.at(-1) ?? null;
  const ask = useCallback((signal: AbortSignal) => api.search(search, after, signal), [api, search, after]);
  const { value, error } = usePolled<SagaPage>(ask, EVERY_MS);
  const look = (next: Search): void => {
    setSearch(next);
    setPages([null]);
  };
  return (
    <>
      <SearchForm search={search} onSearch={look} />
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
  if (sagas.length === 0) return <p className="nothing">No saga is like that.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th>Status</th>
          <th>Saga</th>
          <th>Order</th>
          <th>Customer</th>
          <th>Step</th>
          <th>Began</th>
          <th>Age</th>
          <th>Trouble</th>
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
