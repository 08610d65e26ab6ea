import type { ServiceName } from '@bff/contracts';
import { isWrite, orderOf } from './call.js';
import type { Call } from './call.js';
import { PARTICIPANTS, SERVICES } from './fake-service.js';

/**
 * What is wrong with the books of a scope, order by order, counted by what took effect and not by what was called: each
 * act is made final or undone, once, newest first, and never one of each; what was made final is taken back everywhere or
 * nowhere. Empty when all is well.
 */
export function imbalances(calls: readonly Call[]): string[] {
  const effects = calls.filter((call) => isWrite(call) && call.effect === 'applied');
  const byOrder = Map.groupBy(effects, (call) => orderOf(call) ?? '');
  return [...byOrder].flatMap(([orderId, ofOrder]) => imbalancesOf(orderId, ofOrder));
}

function imbalancesOf(orderId: string, effects: readonly Call[]): string[] {
  const revoked = effects.find(isOf('revoke'));
  const troubles = SERVICES.flatMap((service) => imbalancesAt(service, effects, revoked));
  const finished = effects.filter(isOf('finish'));
  const undone = effects.filter(isOf('undo'));
  if (finished.length > 0 && undone.length > 0)
    troubles.push(`${nameOf(finished[0])} and ${nameOf(undone[0])} both took effect: an order is made final or undone`);
  troubles.push(...outOfOrder(effects.filter(isOf('do')), undone));
  return troubles.map((trouble) => `Order ${orderId}: ${trouble}.`);
}

function imbalancesAt(service: ServiceName, effects: readonly Call[], revoked: Call | undefined): string[] {
  const { do: act, undo, finish, revoke } = PARTICIPANTS[service];
  const count = (operation: string) =>
    effects.filter((call) => call.service === service && call.operation === operation).length;
  const troubles = [act, undo, finish, revoke]
    .filter((operation) => count(operation) > 1)
    .map((operation) => `${service}.${operation} took effect ${count(operation)} times instead of once`);
  const endings = count(undo) + count(finish);
  if (revoked && count(finish) > 0 && count(revoke) === 0)
    troubles.push(`${nameOf(revoked)} took effect, and ${service}.${finish} was not taken back by ${revoke}`);
  if (count(act) > 0 && endings + count(revoke) === 0)
    troubles.push(`${service}.${act} took effect, and neither ${finish} nor ${undo} did`);
  if (count(act) === 0 && endings > 0)
    troubles.push(`${service}.${count(undo) > 0 ? undo : finish} took effect, and ${act} never did`);
  return troubles;
}

/** What was done last must be undone first. */
function outOfOrder(done: readonly Call[], undone: readonly Call[]): string[] {
  const first = (service: ServiceName) => done.findIndex((call) => call.service === service);
  return undone.slice(1).flatMap((call, index) => {
    const before = undone[index];
    if (!before || before.service === call.service || first(before.service) > first(call.service)) return [];
    return [
      `${nameOf(call)} came after ${nameOf(before)}, which undoes what was done earlier: the newest is undone first`,
    ];
  });
}

function isOf(kind: 'do' | 'undo' | 'finish' | 'revoke'): (call: Call) => boolean {
  return ({ service, operation }) => PARTICIPANTS[service][kind] === operation;
}

function nameOf(call: Call | undefined): string {
  return call ? `${call.service}.${call.operation ?? ''}` : '';
}
