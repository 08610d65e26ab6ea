import type { GraphQLResolveInfo } from 'graphql';
import type { Places, PlannedField, Position } from './compiled-field.js';

/** Where a position is in this answer: names and places in lists. */
export function pathOf(position: Position, at: Places | undefined): (string | number)[] {
  const path: (string | number)[] = [];
  for (let here: Position | undefined = position; here;) {
    if (here.list) {
      path.push(at?.key ?? 0);
      at = at?.prev;
      here = here.list;
    } else {
      path.push(here.field.key);
      here = here.field.parent;
    }
  }
  return path.reverse();
}

/** Undefined when nothing of the answer may be null but all of it. */
export function nearestNullable(position: Position, at: Places | undefined): (string | number)[] | undefined {
  for (let here: Position | undefined = position; here;) {
    if (!here.nonNull) return pathOf(here, at);
    if (here.list) at = at?.prev;
    here = here.list ?? here.field.parent;
  }
  return undefined;
}

/** The same, as resolvers are told it. */
export function infoPath(field: PlannedField, at: Places | undefined): GraphQLResolveInfo['path'] {
  const { parent } = field;
  return { prev: parent && positionPath(parent, at), key: field.key, typename: field.parentType.name };
}

function positionPath(position: Position, at: Places | undefined): GraphQLResolveInfo['path'] {
  if (!position.list) return infoPath(position.field, at);
  return { prev: positionPath(position.list, at?.prev), key: at?.key ?? 0, typename: undefined };
}
