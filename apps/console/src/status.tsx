import type { SagaStatus } from './saga.js';

const WORDS: Readonly<Record<SagaStatus, string>> = {
  RUNNING: 'running',
  UNDOING: 'undoing',
  NEEDS_ATTENTION: 'needs attention',
  COMPLETED: 'completed',
  REJECTED: 'rejected',
};

export function Status({ status }: { readonly status: SagaStatus }) {
  return <span className={`status ${status}`}>{WORDS[status]}</span>;
}
