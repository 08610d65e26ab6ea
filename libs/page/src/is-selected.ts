import { Kind } from 'graphql';
import type { FieldNode, FragmentDefinitionNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** The results for each field of a document, so that its selections are searched once. */
const cache = new WeakMap<FieldNode, Map<string, boolean>>();

/**
 * Whether an operation selects the field at this path below the current one, so that its data can be prefetched for all items of a
 * list together. `@skip` and `@include` are ignored; a deferred fragment does not count.
 */
export function isSelected({ fieldNodes, fragments }: GraphQLResolveInfo, ...names: readonly string[]): boolean {
  return fieldNodes.some((node) => {
    const path = names.join('.');
    const results = cache.get(node) ?? new Map<string, boolean>();
    cache.set(node, results);
    let selected = results.get(path);
    if (selected === undefined) results.set(path, (selected = isSelectedBelow([node], names, fragments)));
    return selected;
  });
}

/** Searches all fields of a name on one level together, so that a fragment that they share is searched once. */
function isSelectedBelow(
  nodes: readonly FieldNode[],
  [name, ...rest]: readonly string[],
  fragments: Fragments,
): boolean {
  if (name === undefined) return nodes.length > 0;
  const found: FieldNode[] = [];
  const visited = new Set<SelectionSetNode>();
  const collect = (set: SelectionSetNode | undefined): void => {
    if (!set || visited.has(set)) return;
    visited.add(set);
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === name) found.push(selection);
      } else if (!selection.directives?.some((directive) => directive.name.value === 'defer'))
        collect(
          selection.kind === Kind.INLINE_FRAGMENT
            ? selection.selectionSet
            : fragments[selection.name.value]?.selectionSet,
        );
    }
  };
  for (const { selectionSet } of nodes) collect(selectionSet);
  return found.length > 0 && isSelectedBelow(found, rest, fragments);
}
