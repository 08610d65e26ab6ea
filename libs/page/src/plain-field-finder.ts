import { TypeMetadataStorage } from '@nestjs/graphql';
import type { GraphQLField, GraphQLObjectType } from 'graphql';

/** What Nest calls the resolver that it gives to every field without one of its own. */
const NESTS_OWN = 'rootFieldResolver';

interface Property {
  readonly name: string;
  readonly schemaName: string;
}

/**
 * The property behind a field that was declared with `@Field()` alone: Nest gives it a resolver that reads the property and
 * does nothing else. Undefined for a field with a resolver of its own, a default or a middleware.
 */
export function createPlainFieldFinder(): (
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
) => string | undefined {
  const types = TypeMetadataStorage.getObjectTypesMetadata();
  const own = new Map<unknown, readonly Property[]>(
    types.map(({ target, properties = [] }) => [
      target,
      properties.filter(({ options }) => options.defaultValue === undefined),
    ]),
  );
  const byType = new Map<string, ReadonlyMap<string, string>>();
  for (const { name, target } of types) {
    const fields = inherited(target, own).map((property) => [property.schemaName, property.name] as const);
    byType.set(name, new Map(fields));
  }
  return (type, field) => (field.resolve?.name === NESTS_OWN ? byType.get(type.name)?.get(field.name) : undefined);
}

/** The properties of a class and of those that it extends. */
function inherited(target: unknown, own: ReadonlyMap<unknown, readonly Property[]>): readonly Property[] {
  if (typeof target !== 'function') return [];
  return [...inherited(Object.getPrototypeOf(target), own), ...(own.get(target) ?? [])];
}
