import { TypeMetadataStorage } from '@nestjs/graphql';
import type { GraphQLField, GraphQLObjectType } from 'graphql';

/** What Nest calls the resolver that it gives to every field without one of its own. */
const NESTS_OWN = 'rootFieldResolver';

/**
 * The property behind a field that was declared with `@Field()` alone: Nest gives it a resolver that reads the property and
 * does nothing else. Undefined for a field with a resolver of its own, a default or a middleware.
 */
export function plainFields(): (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) => string | undefined {
  const properties = new Map<string, string>();
  for (const { name, properties: fields = [] } of TypeMetadataStorage.getObjectTypesMetadata())
    for (const field of fields)
      if (field.options.defaultValue === undefined) properties.set(`${name}.${field.schemaName}`, field.name);
  return (type, field) =>
    field.resolve?.name === NESTS_OWN ? properties.get(`${type.name}.${field.name}`) : undefined;
}
