import { ResolveField, Resolver } from '@nestjs/graphql';
import type { ReturnTypeFunc } from '@nestjs/graphql';
import type { Type } from '@nestjs/common';
import type { GraphQLResolveInfo } from 'graphql';
import type { PageContext } from './page-context.js';
import { PageSection } from './page-section.model.js';

type FieldResolver = (
  this: unknown,
  parent: unknown,
  args: unknown,
  context: PageContext,
  info: GraphQLResolveInfo,
) => unknown;

/**
 * A part of a page that may be missing on its own: when its resolver throws, the field is null, an error with its path says why,
 * and so do the `sections` of the page; the rest of the page stands. The method takes plain `(parent, args, context)`: a parameter
 * decorator on a field resolver replaces Nest's plain resolver call, and costs about twice the CPU on a page of a hundred rows.
 */
export function Section(type: ReturnTypeFunc, description: string): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const resolve = descriptor.value as FieldResolver;
    descriptor.value = function (
      this: unknown,
      parent: unknown,
      args: unknown,
      context: PageContext,
      info: GraphQLResolveInfo,
    ) {
      if (!context.sections.isRequested(info)) return resolve.call(this, parent, args, context, info);
      return context.sections.watch(info, () => resolve.call(this, parent, args, context, info));
    };
    ResolveField(type, { nullable: true, description })(target, key, descriptor);
  };
}

const SECTIONS = 'sections';

/** The resolver of a page: it resolves the fields of this type, and gets the field `sections` with the state of each section. */
export function Page(type: () => Type): ClassDecorator {
  return (resolver) => {
    // A resolver is a class: its prototype is what holds its methods.
    const prototype = resolver.prototype as object;
    const descriptor: PropertyDescriptor = { value: resolveSections, writable: true, configurable: true };
    Object.defineProperty(prototype, SECTIONS, descriptor);
    ResolveField(() => [PageSection], { description: 'State of each requested section, sorted by name.' })(
      prototype,
      SECTIONS,
      descriptor,
    );
    Resolver(type)(resolver);
  };
}

const resolveSections: FieldResolver = (_page, _args, { sections }, info) => {
  let path: GraphQLResolveInfo['path'] = info.path;
  while (path.prev) path = path.prev;
  return sections.summarize(path.key);
};
