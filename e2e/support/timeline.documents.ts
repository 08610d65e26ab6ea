import { document } from '@bff/testing';

/** A step of a timeline, as briefly as a test wants it. */
export interface TimelineStep {
  readonly name: string;
  readonly direction: 'DO' | 'UNDO';
  readonly result: string | null;
  readonly durationMs: number | null;
  readonly failedAttempts: readonly { readonly error: { readonly code: string } }[];
  readonly error: { readonly code: string } | null;
}

export interface TimelineEvent {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly step: string | null;
  readonly direction: string | null;
  readonly result: string | null;
  readonly decision: { readonly action: string; readonly by: string | null; readonly why: string | null } | null;
  readonly outcome: string | null;
}

interface Timeline {
  readonly status: string;
  readonly durationMs: number | null;
  readonly steps: readonly TimelineStep[];
  readonly events: readonly TimelineEvent[];
}

const EVENT = 'id at kind step direction result decision { action by why } outcome';

const TIMELINE = `status durationMs
  steps { name direction result durationMs failedAttempts { error { code } } error { code } }
  events { ${EVENT} }`;

/** How an order of the viewer came to be. */
export const OrderTimeline = document<{
  readonly orderPage: { readonly status: string; readonly timeline: Timeline | null } | null;
}>(`query ($orderId: ID!) { orderPage(orderId: $orderId) { status timeline { ${TIMELINE} } } }`);

/** How an order of the viewer was cancelled. */
export const Cancellation = document<{
  readonly orderPage: {
    readonly status: string;
    readonly payment: { readonly state: string } | null;
    readonly cancellation: Timeline | null;
  } | null;
}>(`query ($orderId: ID!) { orderPage(orderId: $orderId) { status payment { state } cancellation { ${TIMELINE} } } }`);

/** How any order came to be, for operators. */
export const AnySaga = document<{
  readonly saga: {
    readonly saga: { readonly status: string; readonly customerId: string; readonly can: readonly string[] };
    readonly timeline: Timeline;
  } | null;
}>(`query ($orderId: ID!) { saga(orderId: $orderId) { saga { status customerId can } timeline { ${TIMELINE} } } }`);

/** What needs an operator. */
export const NeedsAttention = document<{
  readonly sagas: {
    readonly nodes: readonly {
      readonly id: string;
      readonly step: string;
      readonly ageMs: number;
      readonly failingSince: string;
      readonly attentionSince: string;
      readonly error: { readonly code: string };
      readonly can: readonly string[];
    }[];
  } | null;
}>(`query ($id: ID) { sagas(status: [NEEDS_ATTENTION], id: $id) { nodes {
  id step direction ageMs failingSince attentionSince error { code } can
} } }`);

export const DecideSaga = document<{
  readonly decideSaga: { readonly __typename: string; readonly message?: string };
}>(`mutation ($input: DecideSagaInput!) { decideSaga(input: $input) {
  __typename ... on SagaNotWaiting { message }
} }`);

export const buildOrderProgress = (orderId: string, after?: string) =>
  `subscription { orderProgress(orderId: "${orderId}"${after === undefined ? '' : `, after: "${after}"`}) { ${EVENT} } }`;

/** What happened, in words; failed attempts are left out, because their number varies. */
export function toWords(events: readonly TimelineEvent[]): string[] {
  return events
    .filter(({ kind }) => kind !== 'ATTEMPT_FAILED')
    .map(({ kind, step, direction, result, decision, outcome }) =>
      [kind, direction === 'UNDO' ? `undo ${step ?? ''}` : step, result, decision?.action, outcome]
        .filter((part) => part !== null && part !== undefined)
        .join(' '),
    );
}

/** The steps of an order that is confirmed. */
export const STEPS = {
  checks: ['verify the customer and the lines'],
  forward: ['open the order', 'reserve the stock', 'authorise the payment'],
  after: ['check the terms again', 'confirm the order', 'capture the payment', 'commit the stock'],
} as const;

const describeDone = (name: string) => [`STEP_STARTED ${name}`, `STEP_ENDED ${name} DONE`];

/** The timeline of such an order, in words. */
export const CONFIRMED = [
  'STARTED',
  ...[...STEPS.checks, ...STEPS.forward, ...STEPS.after].flatMap(describeDone),
  'ENDED COMPLETED',
];
