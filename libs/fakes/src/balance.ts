import { PARTICIPANT_ACTS, findAct, SERVICES } from '@bff/contracts';
import type { ActRole, ParticipantAct, ParticipantActs, ServiceName } from '@bff/contracts';
import { isWrite, getOrderId } from './call.js';
import type { Call } from './call.js';

/**
 * The imbalances of a scope, order by order, counted by effects and not by calls: each act must be made final or undone, once,
 * the newest first, and an order is never both; what was made final is revoked everywhere or nowhere. Empty when balanced.
 */
export function findImbalances(calls: readonly Call[], acts: ParticipantActs = PARTICIPANT_ACTS): string[] {
  const effects = calls
    .filter((call) => isWrite(call) && call.effect === 'applied')
    .map((call) => toEffect(call, acts));
  const byOrder = Map.groupBy(effects, ({ call }) => getOrderId(call) ?? '');
  return [...byOrder].flatMap(([orderId, ofOrder]) => findOrderImbalances(orderId, ofOrder, acts));
}

/** A write that took effect, with its act and its role in that act. */
interface Effect {
  readonly call: Call;
  /** Undefined for a write that belongs to no act. */
  readonly act?: ParticipantAct | undefined;
  readonly role?: ActRole | undefined;
}

function toEffect(call: Call, acts: ParticipantActs): Effect {
  return { call, ...findAct(acts[call.service], call.operation ?? '') };
}

function findOrderImbalances(orderId: string, effects: readonly Effect[], acts: ParticipantActs): string[] {
  const filterByRole = (role: ActRole) => effects.filter((effect) => effect.role === role);
  const [finished, undone] = [filterByRole('finish'), filterByRole('undo')];
  const problems = SERVICES.flatMap((service) =>
    acts[service].flatMap((act) => findActImbalances(service, act, effects)),
  );
  problems.push(
    ...effects.filter(({ act }) => !act).map((effect) => `${formatName(effect)} took effect, and belongs to no act`),
  );
  if (finished[0] && undone[0])
    problems.push(
      `${formatName(finished[0])} and ${formatName(undone[0])} both took effect: an order is made final or undone`,
    );
  problems.push(...findWrongUndoOrder(filterByRole('do'), undone));
  return problems.map((problem) => `Order ${orderId}: ${problem}.`);
}

function findActImbalances(service: ServiceName, act: ParticipantAct, effects: readonly Effect[]): string[] {
  const { do: done, undo, finish, revoke } = act;
  const count = (operation: string | undefined) =>
    effects.filter(({ call }) => call.service === service && call.operation === operation).length;
  const [finished, endings] = [count(finish), count(undo) + count(finish)];
  const problems = [done, undo, finish, revoke]
    .filter((operation) => count(operation) > 1)
    .map((operation) => `${service}.${operation ?? ''} took effect ${count(operation)} times instead of once`);
  const revoked = effects.find(({ role }) => role === 'revoke');
  if (revoke !== undefined && revoked && finished > 0 && count(revoke) === 0)
    problems.push(`${formatName(revoked)} took effect, and ${service}.${finish ?? ''} was not taken back by ${revoke}`);
  if (count(done) > 0 && endings + count(revoke) === 0) problems.push(...describeOpenAct(service, act, effects));
  if (count(done) === 0 && endings > 0)
    problems.push(`${service}.${(count(undo) > 0 ? undo : finish) ?? ''} took effect, and ${done} never did`);
  return problems;
}

/** Describes an act that was done, and neither made final nor undone. */
function describeOpenAct(
  service: ServiceName,
  { do: done, undo, finish }: ParticipantAct,
  effects: readonly Effect[],
): string[] {
  if (finish !== undefined)
    return [
      `${service}.${done} took effect, and ${undo === undefined ? `${finish} never` : `neither ${finish} nor ${undo}`} did`,
    ];
  // This act has no operation that makes it final: it is final with the rest of the order.
  if (undo === undefined || effects.some(({ role }) => role === 'finish')) return [];
  return [`${service}.${done} took effect, and ${undo} never did, though nothing of the order was made final`];
}

/** Compensation runs in reverse order: what was done last must be undone first. */
function findWrongUndoOrder(done: readonly Effect[], undone: readonly Effect[]): string[] {
  const findPlace = ({ act, call }: Effect) =>
    done.findIndex((one) => one.act === act && one.call.service === call.service);
  return undone.slice(1).flatMap((effect, index) => {
    const before = undone[index];
    if (!before || before.act === effect.act || findPlace(before) > findPlace(effect)) return [];
    return [
      `${formatName(effect)} came after ${formatName(before)}, which undoes what was done earlier: the newest is undone first`,
    ];
  });
}

function formatName({ call }: Effect): string {
  return `${call.service}.${call.operation ?? ''}`;
}
