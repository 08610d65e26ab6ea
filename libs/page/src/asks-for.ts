import { Kind } from 'graphql';
import type { FieldNode, FragmentDefinitionNode, GraphQLResolveInfo, SelectionNode } from 'graphql';

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** By the field of the operation, so that it is looked through once for each document. */
const known = new WeakMap<FieldNode, Map<string, boolean>>();

/**
 * Whether an operation asks for something below this field, by the names of the fields on the way: so that it can be read ahead,
 * for all items of a list at once. What is deferred is not asked for yet.
 */
export function asksFor({ fieldNodes, fragments }: GraphQLResolveInfo, ...names: readonly string[]): boolean {
  return fieldNodes.some((node) => {
    const path = names.join('.');
    const of = known.get(node) ?? new Map<string, boolean>();
    known.set(node, of);
    let asks = of.get(path);
    if (asks === undefined) of.set(path, (asks = asksBelow(node, names, fragments)));
    return asks;
  });
}

function asksBelow(node: FieldNode, [name, ...rest]: readonly string[], fragments: Fragments): boolean {
  if (name === undefined) return true;
  return fieldsOf(node.selectionSet?.selections ?? [], fragments).some(
    (field) => field.name.value === name && asksBelow(field, rest, fragments),
  );
}

function fieldsOf(selections: readonly SelectionNode[], fragments: Fragments): readonly FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.directives?.some(({ name }) => name.value === 'defer')) return [];
    const { selectionSet } =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : (fragments[selection.name.value] ?? {});
    return fieldsOf(selectionSet?.selections ?? [], fragments);
  });
}
