import type { GraphQLResolveInfo } from 'graphql';
import type { CompiledField, FieldType, ListIndices } from './compiled-field.js';

/** The path of a value in the response: response keys and list indices, as in `errors[].path`. */
export function toResponsePath(type: FieldType, indices: ListIndices | undefined): (string | number)[] {
  const path: (string | number)[] = [];
  for (let here: FieldType | undefined = type; here;) {
    if (here.list) {
      path.push(indices?.index ?? 0);
      indices = indices?.outer;
      here = here.list;
    } else {
      path.push(here.field.responseKey);
      here = here.field.parent;
    }
  }
  return path.reverse();
}

/** The path of the nearest value that may be null: this one, or one around it. Undefined when only `data` as a whole may be. */
export function findNullablePath(type: FieldType, indices: ListIndices | undefined): (string | number)[] | undefined {
  for (let here: FieldType | undefined = type; here;) {
    if (!here.nonNull) return toResponsePath(here, indices);
    if (here.list) indices = indices?.outer;
    here = here.list ?? here.field.parent;
  }
  return undefined;
}

/** The path in the form in which resolvers get it. */
export function toResolveInfoPath(field: CompiledField, indices: ListIndices | undefined): GraphQLResolveInfo['path'] {
  const { parent } = field;
  return { prev: parent && toTypePath(parent, indices), key: field.responseKey, typename: field.parentType.name };
}

function toTypePath(type: FieldType, indices: ListIndices | undefined): GraphQLResolveInfo['path'] {
  if (!type.list) return toResolveInfoPath(type.field, indices);
  return { prev: toTypePath(type.list, indices?.outer), key: indices?.index ?? 0, typename: undefined };
}
