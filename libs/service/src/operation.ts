import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ContractViolation, getOperation } from '@bff/contracts';
import type { Operation as ContractOperation, OperationId, ApiName } from '@bff/contracts';
import { explainUnstorable } from '@bff/kernel';
import type { FastifyRequest } from 'fastify';

const OPERATION = 'bff:operation';

const METHODS = {
  GET: RequestMethod.GET,
  PUT: RequestMethod.PUT,
  POST: RequestMethod.POST,
  DELETE: RequestMethod.DELETE,
} as const;

/**
 * Serves one operation of a service's contract: method and path come from the OpenAPI document, so that the route
 * cannot drift from it. Take the checked request with `@Input()`.
 */
export function Operation<S extends ApiName>(service: S, id: OperationId<S>): MethodDecorator {
  const operation = getOperation(service, id);
  return applyDecorators(
    SetMetadata(OPERATION, operation),
    RequestMapping({ method: METHODS[operation.method], path: operation.path.replaceAll(/\{(\w+)\}/g, ':$1') }),
    HttpCode(200),
  );
}

/** The operation that a controller method serves; undefined for routes outside the contract (health, documents). */
export function getServedOperation(context: ExecutionContext): ContractOperation | undefined {
  // Only @Operation above sets it.
  return Reflect.getMetadata(OPERATION, context.getHandler()) as ContractOperation | undefined;
}

/** The request, validated against the contract and coerced (a CheckedRequest). An invalid one is answered 400 BAD_REQUEST. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const operation = getServedOperation(context);
  if (!operation) throw new Error('@Input() needs @Operation() on the same method');
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const checked = operation.checkRequest({
    path: request.params as Record<string, unknown>,
    query: request.query as Record<string, unknown>,
    headers: request.headers,
    body: request.body,
  });
  const why = explainUnstorable(checked.query, 'query') ?? explainUnstorable(checked.body, 'body');
  if (why !== undefined) throw new ContractViolation(why);
  return {
    path: checked.path,
    query: checked.query,
    body: checked.body,
    idempotencyKey: checked.headers['idempotency-key'] ?? '',
  };
});
