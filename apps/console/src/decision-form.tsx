import { useState } from 'react';
import type { Api } from './api.js';
import type { DecisionAction, Saga } from './saga.js';
import { toApiError } from './use-polled.js';

const MEANING: Readonly<Record<DecisionAction, string>> = {
  RETRY: 'Retry the failing step now.',
  SKIP: 'Treat the failing step as done, with the result entered here.',
  COMPENSATE: 'Undo the other steps first, then retry this one.',
  CANCEL: 'End the saga as it is: nothing more is retried, and steps that were not undone stay.',
};

/** The decision of an operator about a saga that needs attention, with the reason for it. Both are kept in its timeline. */
export function DecisionForm({ api, saga }: { readonly api: Api; readonly saga: Saga }) {
  const [message, setMessage] = useState<string | null>(null);
  const decide = async (action: DecisionAction, why: string, result: string | null): Promise<void> => {
    const rejection = await api
      .decide(saga, { action, why, result })
      .catch((error: unknown) => toApiError(error).message);
    setMessage(rejection ?? `${action} was accepted.`);
  };
  return (
    <>
      {saga.can.length > 0 && <Choices can={saga.can} decide={decide} />}
      {/* The message stays when there is nothing left to decide. */}
      {message !== null && <p role="status">{message}</p>}
    </>
  );
}

interface ChoicesProps {
  readonly can: readonly DecisionAction[];
  readonly decide: (action: DecisionAction, why: string, result: string | null) => Promise<void>;
}

function Choices({ can, decide }: ChoicesProps) {
  const [why, setWhy] = useState('');
  const [result, setResult] = useState('');
  const [busy, setBusy] = useState(false);
  const choose = async (action: DecisionAction): Promise<void> => {
    setBusy(true);
    await decide(action, why, action === 'SKIP' && result.trim() !== '' ? result : null);
    setBusy(false);
  };
  return (
    <form className="decision" aria-label="Decide" onSubmit={(event) => event.preventDefault()}>
      <h3>This saga needs attention</h3>
      <label>
        Reason (kept in the timeline, with your name)
        <input required maxLength={500} value={why} onChange={({ target }) => setWhy(target.value)} />
      </label>
      {can.includes('SKIP') && (
        <label>
          For SKIP: the result of the step, as JSON
          <input value={result} placeholder="null" onChange={({ target }) => setResult(target.value)} />
        </label>
      )}
      <div>
        {can.map((action) => (
          <button
            key={action}
            type="button"
            className={action}
            disabled={busy || why.trim() === ''}
            title={MEANING[action]}
            onClick={() => void choose(action)}
          >
            {action}
          </button>
        ))}
      </div>
      <ul>
        {can.map((action) => (
          <li key={action}>
            <b>{action}</b> {MEANING[action]}
          </li>
        ))}
      </ul>
    </form>
  );
}
