import { Kind } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';

/** The fragments of a document by their names. */
export function fragmentsOf({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** Whether a fragment is part of itself. */
export function spreadInACircle(fragments: Readonly<Record<string, FragmentDefinitionNode>>): boolean {
  const done = new Set<string>();
  const open = new Set<string>();
  const circles = (name: string): boolean => {
    const fragment = fragments[name];
    if (open.has(name)) return true;
    if (!fragment || done.has(name)) return false;
    open.add(name);
    const found = spreadsIn(fragment.selectionSet).some(circles);
    open.delete(name);
    done.add(name);
    return found;
  };
  return Object.keys(fragments).some(circles);
}

function spreadsIn({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection.name.value];
    return selection.selectionSet ? spreadsIn(selection.selectionSet) : [];
  });
}
