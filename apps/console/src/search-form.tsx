import { SAGA_NAMES, STATUSES } from './saga.js';
import type { SagaName } from './saga.js';
import type { Search } from './api.js';
import { Status } from './status.js';

const AGES = [
  { text: 'any age', seconds: null },
  { text: 'older than 5 s', seconds: 5 },
  { text: 'older than 1 min', seconds: 60 },
  { text: 'older than 1 h', seconds: 3_600 },
  { text: 'older than 1 day', seconds: 86_400 },
] as const;

interface Props {
  readonly search: Search;
  readonly onSearch: (search: Search) => void;
}

/** The filter of the list. Every change starts a search immediately. */
export function SearchForm({ search, onSearch }: Props) {
  const renderTextField = (name: 'id' | 'customerId' | 'step', label: string, hint: string) => (
    <label>
      {label}
      <input
        value={search[name]}
        placeholder={hint}
        onChange={({ target }) => onSearch({ ...search, [name]: target.value.trimStart() })}
      />
    </label>
  );
  return (
    <form className="search" role="search" onSubmit={(event) => event.preventDefault()}>
      {renderTextField('id', 'Order', 'id, or the start of it')}
      {renderTextField('customerId', 'Customer', 'ALFKI')}
      {renderTextField('step', 'Step', 'reserve the stock')}
      <label>
        Saga
        {/* The value of each option is the name of a saga, or empty. */}
        <select
          value={search.saga}
          onChange={({ target }) => onSearch({ ...search, saga: target.value as SagaName | '' })}
        >
          <option value="">any</option>
          {SAGA_NAMES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Age
        <select
          value={search.olderThanSeconds ?? ''}
          onChange={({ target }) =>
            onSearch({ ...search, olderThanSeconds: target.value === '' ? null : Number(target.value) })
          }
        >
          {AGES.map((age) => (
            <option key={age.text} value={age.seconds ?? ''}>
              {age.text}
            </option>
          ))}
        </select>
      </label>
      <StatusFilter search={search} onSearch={onSearch} />
    </form>
  );
}

function StatusFilter({ search, onSearch }: Props) {
  return (
    <fieldset>
      <legend>Status</legend>
      {STATUSES.map((status) => (
        <label key={status}>
          <input
            type="checkbox"
            checked={search.status.includes(status)}
            onChange={({ target }) => {
              const others = search.status.filter((one) => one !== status);
              onSearch({ ...search, status: target.checked ? [...others, status] : others });
            }}
          />
          <Status status={status} />
        </label>
      ))}
    </fieldset>
  );
}
