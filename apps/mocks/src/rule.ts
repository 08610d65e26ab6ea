import { getContract, SERVICES } from '@bff/contracts';
import type { Operation } from '@bff/contracts';
import { checkStub, readFault } from '@bff/fakes';
import type { Fault, Scope } from '@bff/fakes';
import { z } from 'zod';

const fault = z.unknown().transform((value, context): Fault => {
  try {
    return readFault(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

const faults = z.tuple([fault], fault, { error: 'a list of one fault or more is expected' });

const part = z.record(z.string(), z.unknown()).optional();

/** The body of a request for a stub or a fault: one of `reply` and `fail`. */
export const ruleBody = z
  .strictObject({
    reply: z.strictObject({ status: z.int(), body: z.record(z.string(), z.unknown()) }).optional(),
    fail: faults.optional(),
    when: z.strictObject({ path: part, query: part, body: part }).optional(),
    once: z.boolean().optional(),
  })
  .refine(({ reply, fail }) => (reply === undefined) !== (fail === undefined), 'one of reply and fail is expected');

export type RuleBody = z.output<typeof ruleBody>;

/** The body of a request for a fault in a step. */
export const stepBody = z.strictObject({ fail: faults, undo: z.boolean().optional() });

/** There is no such service or operation. */
export class UnknownOperation extends Error {
  override readonly name = 'UnknownOperation';
}

/** Finds an operation by its name, for example `catalog.getProducts`. Throws UnknownOperation, which lists the known ones. */
export function findOperation(name: string): {
  readonly service: (typeof SERVICES)[number];
  readonly operation: Operation;
} {
  const [serviceName = '', id = ''] = name.split('.');
  const service = SERVICES.find((known) => known === serviceName);
  if (!service) throw new UnknownOperation(`There is no service "${serviceName}": ${SERVICES.join(', ')} are there.`);
  const { operations } = getContract(service);
  const operation = operations.get(id);
  if (!operation)
    throw new UnknownOperation(
      `The ${service} service has no operation "${id}": it has ${[...operations.keys()].join(', ')}.`,
    );
  return { service, operation };
}

/** Sets up a stub or a fault. Throws UnknownOperation, and InvalidStub when the contract does not allow the answer. */
export function setRule(scope: Scope, name: string, { reply, fail, when = {}, once = false }: RuleBody): void {
  const { service, operation } = findOperation(name);
  const match = { service, operation: operation.id, ...omitUndefined(when) };
  if (reply) {
    checkStub(operation, name, reply.status, reply.body, setRule);
    scope.rules.add(match, { reply: () => reply }, once);
  }
  if (fail) scope.rules.add(match, { faults: fail }, once);
}

/** Omits the optional parts that are undefined. */
function omitUndefined({ path, query, body }: NonNullable<RuleBody['when']>): {
  path?: object;
  query?: object;
  body?: object;
} {
  return { ...(path && { path }), ...(query && { query }), ...(body && { body }) };
}
