import { TypeMetadataStorage } from '@nestjs/graphql';
import type { GraphQLField, GraphQLObjectType } from 'graphql';

/** The name of the resolver that Nest gives to every field without an own one. */
const DEFAULT_RESOLVER = 'rootFieldResolver';

interface Property {
  readonly name: string;
  readonly schemaName: string;
}

/**
 * Finds the property behind a field that is declared with `@Field()` alone: Nest gives it a resolver that only reads the property.
 * Undefined for a field with its own resolver, a default or a middleware.
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
    const fields = listProperties(target, own).map((property) => [property.schemaName, property.name] as const);
    byType.set(name, new Map(fields));
  }
  return (type, field) =>
    field.resolve?.name === DEFAULT_RESOLVER ? byType.get(type.name)?.get(field.name) : undefined;
}

/** The properties of a class and of those that it extends. */
function listProperties(target: unknown, own: ReadonlyMap<unknown, readonly Property[]>): readonly Property[] {
  if (typeof target !== 'function') return [];
  return [...listProperties(Object.getPrototypeOf(target), own), ...(own.get(target) ?? [])];
}
