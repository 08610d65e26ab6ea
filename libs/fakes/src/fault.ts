/**
 * What can be made to happen to one request, at the socket:
 * - refuse: the connection is cut before the first byte of an answer; nothing is done.
 * - reset: the connection is cut in the middle of an answer; nothing is done.
 * - hang: no answer, ever; nothing is done.
 * - empty: 200 without a body. malformed: 200 with half a JSON text. lie: 200 with JSON that breaks the contract. Nothing is done.
 * - drip: an answer that comes byte by byte and never ends; nothing is done.
 * - lost-reply: it is done, and the connection is cut before the answer.
 * - late: the connection is cut immediately, and it is done when the scenario says so (deliverLate), or at its end.
 * - kill-orchestrator: it is done, and the orchestrator is killed (kill -9) and started again before it receives the response.
 * - latency: it is done, and answered, that many milliseconds later, give or take the jitter.
 * - status: a failure with that status, and with Retry-After in seconds when it is given; nothing is done.
 * - ok: nothing happens to it.
 */
export type Fault =
  | (typeof PLAIN_FAULTS)[number]
  | { readonly latency: number; readonly jitter?: number }
  | { readonly status: FailureStatus; readonly retryAfter?: number };

type FailureStatus = (typeof FAILURE_STATUSES)[number];

const FAILURE_STATUSES = [429, 500, 502, 503, 504] as const;

const PLAIN_FAULTS = [
  'refuse',
  'reset',
  'hang',
  'empty',
  'malformed',
  'lie',
  'drip',
  'lost-reply',
  'late',
  'kill-orchestrator',
  'ok',
] as const;

/** Every kind of fault once, the way a drill runs through them. */
export const FAULTS: readonly Exclude<Fault, 'ok'>[] = [
  ...PLAIN_FAULTS.filter((fault) => fault !== 'ok'),
  { latency: 40, jitter: 20 },
  { status: 503, retryAfter: 1 },
];

/** A fault in a word or two, as call logs and the names of tests show it. */
export function formatFault(fault: Fault): string {
  if (typeof fault === 'string') return fault;
  if ('latency' in fault) return `latency ${fault.latency} ms`;
  return fault.retryAfter === undefined ? `status ${fault.status}` : `status ${fault.status} in ${fault.retryAfter} s`;
}

/** Reads a fault as it comes over the wire. Throws TypeError with what was expected. */
export function readFault(value: unknown): Fault {
  const plain = PLAIN_FAULTS.find((name) => name === value);
  if (plain !== undefined) return plain;
  if (typeof value === 'object' && value !== null) {
    const { latency, jitter, status, retryAfter, ...rest } = value as Record<string, unknown>;
    const failure = FAILURE_STATUSES.find((known) => known === status);
    const alone = Object.keys(rest).length === 0;
    if (alone && status === undefined && retryAfter === undefined && isDuration(latency) && isOptionalDuration(jitter))
      return jitter === undefined ? { latency } : { latency, jitter };
    if (alone && latency === undefined && jitter === undefined && failure && isOptionalDuration(retryAfter))
      return retryAfter === undefined ? { status: failure } : { status: failure, retryAfter };
  }
  throw new TypeError(
    `${JSON.stringify(value)} is no fault: ${PLAIN_FAULTS.join(', ')}, {"latency": ms, "jitter": ms} or {"status": ${FAILURE_STATUSES.join(' | ')}, "retryAfter": seconds} is expected`,
  );
}

function isOptionalDuration(value: unknown): value is number | undefined {
  return value === undefined || isDuration(value);
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 600_000;
}
