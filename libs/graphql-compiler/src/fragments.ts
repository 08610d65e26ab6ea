import { Kind, visit } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';

/** The fragments of a document by their names. */
export function indexFragments({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** Whether a fragment spreads itself, directly or through others. */
export function hasFragmentCycle(fragments: Readonly<Record<string, FragmentDefinitionNode>>): boolean {
  const visited = new Set<string>();
  const open = new Set<string>();
  const isInCycle = (name: string): boolean => {
    const fragment = fragments[name];
    if (open.has(name)) return true;
    if (!fragment || visited.has(name)) return false;
    open.add(name);
    const found = findSpreads(fragment.selectionSet).some(isInCycle);
    open.delete(name);
    visited.add(name);
    return found;
  };
  return Object.keys(fragments).some(isInCycle);
}

/** The names of the fragments that a selection set spreads, at any depth. */
function findSpreads({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection.name.value];
    return selection.selectionSet ? findSpreads(selection.selectionSet) : [];
  });
}

/** Whether the response may come in several parts: `@defer` or `@stream`. */
export function usesIncrementalDelivery(document: DocumentNode): boolean {
  let found = false;
  visit(document, { Directive: ({ name }) => void (found ||= name.value === 'defer' || name.value === 'stream') });
  return found;
}
