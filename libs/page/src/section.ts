import { ResolveField } from '@nestjs/graphql';
import type { ReturnTypeFunc } from '@nestjs/graphql';

/**
 * A part of a page that may be missing on its own: when its resolver throws, the field is null, the errors say why, with
 * its path, and the rest of the page stands. The method takes plain `(parent, args, context)`: a parameter decorator on a
 * field resolver leaves Nest's fast path and costs about twice the CPU on a page of a hundred rows.
 */
export function Section(type: ReturnTypeFunc, description?: string): MethodDecorator {
  return ResolveField(type, { nullable: true, ...(description !== undefined && { description }) });
}
