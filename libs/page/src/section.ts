import { ResolveField, Resolver } from '@nestjs/graphql';
import type { ReturnTypeFunc } from '@nestjs/graphql';
import type { Type } from '@nestjs/common';
import type { GraphQLResolveInfo } from 'graphql';
import type { PageContext } from './page-context.js';
import { PageSection } from './page-section.model.js';

type SectionResolver = (
  this: unknown,
  parent: unknown,
  args: unknown,
  context: PageContext,
  info: GraphQLResolveInfo,
) => unknown;

/**
 * A part of a page that may be missing on its own: when its resolver throws, the field is null, the errors say why, with
 * its path, the page's `sections` say so, too, and the rest of the page stands. The method takes plain
 * `(parent, args, context)`: a parameter decorator on a field resolver leaves Nest's fast path and costs about twice the
 * CPU on a page of a hundred rows.
 */
export function Section(type: ReturnTypeFunc, description: string): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const resolve = descriptor.value as SectionResolver;
    descriptor.value = function (
      this: unknown,
      parent: unknown,
      args: unknown,
      context: PageContext,
      info: GraphQLResolveInfo,
    ) {
      if (!context.sections.isAsked(info)) return resolve.call(this, parent, args, context, info);
      return context.sections.watch(info, () => resolve.call(this, parent, args, context, info));
    };
    ResolveField(type, { nullable: true, description })(target, key, descriptor);
  };
}

/** The field `sections` of a page: how each of its sections fared. */
export function sectionsOf(page: Type): Type {
  @Resolver(() => page)
  class Sections {
    @ResolveField(() => [PageSection], { description: 'State of each requested section, sorted by name.' })
    sections(_page: unknown, _args: unknown, { sections }: PageContext, info: GraphQLResolveInfo) {
      let path: GraphQLResolveInfo['path'] = info.path;
      while (path.prev) path = path.prev;
      return sections.of(path.key);
    }
  }
  return Sections;
}
