import { Kind } from 'graphql';
import type { FieldNode, FragmentDefinitionNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** Looked through once for each field of a document. */
const answers = new WeakMap<FieldNode, Map<string, boolean>>();

/**
 * Whether an operation asks for something below this field, by the names of the fields on the way: so that it can be read ahead,
 * for all items of a list at once. Conditions are taken to hold; what is deferred is not asked for yet.
 */
export function isSelected({ fieldNodes, fragments }: GraphQLResolveInfo, ...names: readonly string[]): boolean {
  return fieldNodes.some((node) => {
    const path = names.join('.');
    const known = answers.get(node) ?? new Map<string, boolean>();
    answers.set(node, known);
    let asks = known.get(path);
    if (asks === undefined) known.set(path, (asks = isSelectedBelow([node], names, fragments)));
    return asks;
  });
}

/** All fields of a name on the same level are looked through together: what their selections share is looked at once. */
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
