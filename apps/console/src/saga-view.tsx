import type { Api } from './api.js';
import { DecisionForm } from './decision-form.js';
import { formatDuration } from './picture.js';
import { formatLink } from './route.js';
import type { Route } from './route.js';
import { SAGA_NAMES } from './saga.js';
import type { Saga, SagaEvent } from './saga.js';
import { Status } from './status.js';
import { TimelinePicture } from './timeline-picture.js';
import { ErrorNote } from './error-note.js';
import { useSaga } from './use-saga.js';

/** One saga: its state, its timeline as a chart, what an operator can decide, and its events. */
export function SagaView({ api, route: { saga, orderId } }: { readonly api: Api; readonly route: NonNullable<Route> }) {
  const { details, error } = useSaga(api, saga, orderId);
  return (
    <>
      <p className="path">
        <a href="#/">All orders</a>
        {SAGA_NAMES.map((name) => (
          <a key={name} href={formatLink(name, orderId)} aria-current={name === saga ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </p>
      <h2>
        <span className="id">{orderId}</span>
      </h2>
      <ErrorNote error={error} />
      {details === null && <p className="nothing">This order has no saga {saga}.</p>}
      {details && (
        <>
          <Facts saga={details.saga} />
          <TimelinePicture timeline={details.timeline} />
          <DecisionForm api={api} saga={details.saga} />
          <EventLog events={details.timeline.events} />
        </>
      )}
    </>
  );
}

function Facts({ saga }: { readonly saga: Saga }) {
  const { status, customerId, version, startedAt, endedAt, step, direction, error } = saga;
  const where = step === null ? null : direction === 'UNDO' ? `undo: ${step}` : step;
  return (
    <dl className="facts">
      <dt>Status</dt>
      <dd>
        <Status status={status} />
      </dd>
      <dt>Customer</dt>
      <dd>{customerId}</dd>
      <dt>Started</dt>
      <dd>{new Date(startedAt).toLocaleString()}</dd>
      <dt>{endedAt === null ? 'Version' : 'Duration'}</dt>
      <dd>{endedAt === null ? version : formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}</dd>
      {where !== null && (
        <>
          <dt>{status === 'REJECTED' ? 'Rejected step' : 'Step'}</dt>
          <dd>{where}</dd>
        </>
      )}
      {error && (
        <>
          <dt>{error.code}</dt>
          <dd>{error.message}</dd>
        </>
      )}
    </dl>
  );
}

function EventLog({ events }: { readonly events: readonly SagaEvent[] }) {
  const first = Date.parse(events[0]?.at ?? '');
  return (
    <details open>
      <summary>{events.length} events</summary>
      <ol className="events" aria-label="Events">
        {events.map((event) => (
          <li key={event.id} className={event.kind}>
            <time dateTime={event.at} title={event.at}>
              {formatDuration(Math.max(0, Date.parse(event.at) - first))}
            </time>
            <span>{formatEvent(event)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function formatEvent({ kind, step, direction, result, error, decision, outcome, omittedAttempts }: SagaEvent): string {
  const what = direction === 'UNDO' ? `undo: ${step ?? ''}` : step;
  const audit = decision && `${decision.action} by ${decision.by ?? 'an operator'}: ${decision.why ?? ''}`;
  const why = error && `${error.code}: ${error.message}`;
  const happened =
    omittedAttempts === null
      ? kind.toLowerCase().replaceAll('_', ' ')
      : `${omittedAttempts} failed attempts not listed`;
  const parts = [happened, what, result, outcome, audit, why];
  return parts.filter((part) => part !== null).join(' · ');
}
