import { Kind, OperationTypeNode } from 'graphql';
import type { ASTVisitor, ValidationContext } from 'graphql';
import { createLimitExceededError } from './page-error.js';

/**
 * A validation rule: an operation has at most one mutation. The mutations of an operation are executed one after the other, and
 * each may wait for its outcome, so that a request with many of them would take minutes.
 */
export function OneMutationRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      const { selections } = node.selectionSet;
      const single = selections.length === 1 && selections[0]?.kind === Kind.FIELD;
      if (node.operation === OperationTypeNode.MUTATION && !single)
        context.reportError(
          createLimitExceededError(
            'MAX_MUTATIONS_PER_OPERATION',
            'An operation may have one mutation, and not inside a fragment: send each mutation in its own request.',
          ),
        );
    },
  };
}
