import { useState } from 'react';
import type { Api } from './api.js';
import type { DecisionAction, Saga } from './saga.js';
import { asApiError } from './use-polled.js';

const MEANING: Readonly<Record<DecisionAction, string>> = {
  RETRY: 'Try it again, now.',
  SKIP: 'Take it as done, with the result given here.',
  COMPENSATE: 'Undo the others first, and come back to it.',
  CANCEL: 'End the saga as it stands: nothing more is tried, and what is left is left.',
};

/** What an operator decides of a saga that cannot go on by itself, and why: it is kept for ever. */
export function DecisionForm({ api, saga }: { readonly api: Api; readonly saga: Saga }) {
  const [why, setWhy] = useState('');
  const [result, setResult] = useState('');
  const [answer, setAnswer] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const decide = async (action: DecisionAction): Promise<void> => {
    setBusy(true);
    const given = action === 'SKIP' && result.trim() !== '' ? result : null;
    const refusal = await api
      .decide(saga, { action, why, result: given })
      .catch((error: unknown) => asApiError(error).message);
    setAnswer(refusal ?? `${action} was taken down.`);
    setBusy(false);
  };
  return (
    <form className="decision" aria-label="Decide" onSubmit={(event) => event.preventDefault()}>
      <h3>It cannot go on by itself</h3>
      <label>
        Why (kept for ever, with your name)
        <input required maxLength={500} value={why} onChange={({ target }) => setWhy(target.value)} />
      </label>
      {saga.can.includes('SKIP') && (
        <label>
          For SKIP: what it came to, as JSON
          <input value={result} placeholder="null" onChange={({ target }) => setResult(target.value)} />
        </label>
      )}
      <div>
        {saga.can.map((action) => (
          <button
            key={action}
            type="button"
            className={action}
            disabled={busy || why.trim() === ''}
            title={MEANING[action]}
            onClick={() => void decide(action)}
          >
            {action}
          </button>
        ))}
      </div>
      <ul>
        {saga.can.map((action) => (
          <li key={action}>
            <b>{action}</b> {MEANING[action]}
          </li>
        ))}
      </ul>
      {answer !== null && <p role="status">{answer}</p>}
    </form>
  );
}
