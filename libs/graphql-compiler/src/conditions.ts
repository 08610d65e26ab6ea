import { GraphQLIncludeDirective, GraphQLSkipDirective, Kind, visit } from 'graphql';
import type { DirectiveNode, DocumentNode, OperationDefinitionNode } from 'graphql';

/** The values of the variables that `@skip` and `@include` name. */
export type Conditions = Readonly<Record<string, boolean>>;

type Variables = Readonly<Record<string, unknown>>;

/** The variables of an operation that decide which fields are part of an answer, and the values that a request gives them. */
export class ConditionVariables {
  private constructor(private readonly names: readonly string[]) {}

  static of(document: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode): ConditionVariables {
    const used = new Set<string>();
    visit(document, {
      Directive: (directive) => {
        const name = variableOf(directive);
        if (name !== undefined) used.add(name);
      },
    });
    return new ConditionVariables(
      variableDefinitions.map(({ variable }) => variable.name.value).filter((name) => used.has(name)),
    );
  }

  /** Identifies the values in a map; undefined when one of them is no Boolean: what that means, graphql-js says. */
  keyOf(variables: Variables): string | undefined {
    let key = '';
    for (const name of this.names) {
      const value = variables[name];
      if (typeof value !== 'boolean') return undefined;
      key += value ? '1' : '0';
    }
    return key;
  }

  /** Variables for which `keyOf` gave a key. */
  valuesOf(variables: Variables): Conditions {
    return Object.fromEntries(this.names.map((name) => [name, variables[name] === true]));
  }
}

function variableOf({ name, arguments: [argument] = [] }: DirectiveNode): string | undefined {
  if (name.value !== GraphQLIncludeDirective.name && name.value !== GraphQLSkipDirective.name) return undefined;
  return argument?.value.kind === Kind.VARIABLE ? argument.value.name.value : undefined;
}
