import type { ServiceName } from './services.js';
import type { OperationId } from './types.js';

/** One thing that a participant of a saga does for an order, and the writes that decide what becomes of it. */
export interface ParticipantAct<Name extends string = string> {
  readonly do: Name;
  /** Takes back what was only done. Undefined for an act that leaves nothing behind. */
  readonly undo?: Name;
  /** Makes it final. Undefined for an act that needs no second word, such as a check that is written down. */
  readonly finish?: Name;
  /** Takes back what was made final, or only done. */
  readonly revoke?: Name;
}

/** What a write is to its act. */
export type ActRole = keyof ParticipantAct;

/** The acts of each service. */
export type ParticipantActs = Readonly<Record<ServiceName, readonly ParticipantAct[]>>;

/**
 * Every act of every participant, any number for each service. The fakes' balance, the suites of participants, the rules of the
 * contracts and the books of chaos derive from this list; a test fails when a write of a contract belongs to no act.
 */
export const PARTICIPANT_ACTS = {
  order: [{ do: 'openOrder', undo: 'rejectOrder', finish: 'confirmOrder', revoke: 'cancelOrder' }],
  catalog: [{ do: 'reserveStock', undo: 'releaseStock', finish: 'commitStock', revoke: 'returnStock' }],
  customer: [{ do: 'authorisePayment', undo: 'voidPayment', finish: 'capturePayment', revoke: 'refundPayment' }],
} as const satisfies { readonly [S in ServiceName]: readonly ParticipantAct<OperationId<S>>[] };

const ROLES: readonly ActRole[] = ['do', 'undo', 'finish', 'revoke'];

/** The act that a write belongs to, and what it is to it; undefined when it belongs to none. */
export function findAct(
  acts: readonly ParticipantAct[],
  operation: string,
): { readonly act: ParticipantAct; readonly role: ActRole } | undefined {
  for (const act of acts) for (const role of ROLES) if (act[role] === operation) return { act, role };
  return undefined;
}

/** What is wrong with the acts of a service, a line each: writes that belong to no act or to several, and what is no write. */
export function findMisplacedWrites(acts: readonly ParticipantAct[], writes: readonly string[]): string[] {
  const named = acts.flatMap((act) => ROLES.flatMap((role) => act[role] ?? []));
  return [
    ...writes.filter((write) => !named.includes(write)).map((write) => `${write} belongs to no act`),
    ...named.filter((name) => !writes.includes(name)).map((name) => `${name} is no write of the contract`),
    ...named.filter((name, nth) => named.indexOf(name) !== nth).map((name) => `${name} belongs to several acts`),
  ];
}
