import { GraphQLError, GraphQLIncludeDirective, GraphQLSkipDirective, Kind, OperationTypeNode } from 'graphql';
import type { DocumentNode, SelectionNode, SelectionSetNode, ValidationRule } from 'graphql';

/**
 * A validation rule of the specification that graphql-js lacks: the root field of a subscription has no `@skip` or `@include`. The
 * rule of graphql-js for single root fields throws when a condition uses a variable, so that it must not see such a document.
 */
export const NoSubscriptionConditionsRule: ValidationRule = (context) => ({
  Document: (document) => {
    const conditional = findConditionalSelections(document);
    if (conditional.length === 0) return undefined;
    context.reportError(
      new GraphQLError('The root field of a subscription cannot have @skip or @include.', { nodes: conditional }),
    );
    return { ...document, definitions: [] };
  },
});

function findConditionalSelections({ definitions }: DocumentNode): readonly SelectionNode[] {
  const found: SelectionNode[] = [];
  const visited = new Set<SelectionSetNode>();
  const search = (set: SelectionSetNode | undefined): void => {
    if (!set || visited.has(set)) return;
    visited.add(set);
    for (const selection of set.selections) {
      if (selection.directives?.some(({ name }) => CONDITIONS.has(name.value))) found.push(selection);
      if (selection.kind === Kind.INLINE_FRAGMENT) search(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        for (const one of definitions)
          if (one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value)
            search(one.selectionSet);
    }
  };
  for (const one of definitions)
    if (one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.SUBSCRIPTION)
      search(one.selectionSet);
  return found;
}

const CONDITIONS: ReadonlySet<string> = new Set([GraphQLIncludeDirective.name, GraphQLSkipDirective.name]);
