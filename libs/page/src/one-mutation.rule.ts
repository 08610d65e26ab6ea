import { Kind, OperationTypeNode } from 'graphql';
import type { ASTVisitor, ValidationContext } from 'graphql';
import { limitExceeded } from './page-error.js';

/**
 * A validation rule: an operation holds one mutation. Mutations of one operation run one after the other, so that many of
 * them, each of which may wait for its outcome, would hold a request for minutes.
 */
export function oneMutationAtATime(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      const { selections } = node.selectionSet;
      const single = selections.length === 1 && selections[0]?.kind === Kind.FIELD;
      if (node.operation === OperationTypeNode.MUTATION && !single)
        context.reportError(
          limitExceeded('ONE_MUTATION', 'One mutation at a time, and not in a fragment: send one request for each.'),
        );
    },
  };
}
