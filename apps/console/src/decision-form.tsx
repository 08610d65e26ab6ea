import { useState } from 'react';
import type { Api } from './api.js';
import type { DecisionAction, Saga } from './saga.js';
import { toApiError } from './use-polled.js';

const MEANING: Readonly<Record<DecisionAction, string>> = {
  RETRY: 'Try it again, now.',
  SKIP: 'Take it as done, with the result given here.',
  COMPENSATE: 'Undo the others first, and come back to it.',
  CANCEL: 'End the saga as it stands: nothing more is tried, and what is left is left.',
};

/** What an operator decides of a saga that cannot go on by itself, and why: it is kept for ever. */
export function DecisionForm({ api, saga }: { readonly api: Api; readonly saga: Saga }) {
  const [answer, setAnswer] = useState<string | null>(null);
  const decide = async (action: DecisionAction, why: string, result: string | null): Promise<void> => {
    const refusal = await api
      .decide(saga, { action, why, result })
      .catch((error: unknown) => toApiError(error).message);
    setAnswer(refusal ?? `${action} was taken down.`);
  };
  return (
    <>
      {saga.can.length > 0 && <Choices can={saga.can} decide={decide} />}
      {/* It stays when there is nothing to decide any more. */}
      {answer !== null && <p role="status">{answer}</p>}
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
      <h3>It cannot go on by itself</h3>
      <label>
        Why (kept for ever, with your name)
        <input required maxLength={500} value={why} onChange={({ target }) => setWhy(target.value)} />
      </label>
      {can.includes('SKIP') && (
        <label>
          For SKIP: what it came to, as JSON
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
