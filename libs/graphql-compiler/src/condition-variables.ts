import { GraphQLIncludeDirective, GraphQLSkipDirective, Kind, visit } from 'graphql';
import type { DirectiveNode, DocumentNode, OperationDefinitionNode } from 'graphql';

/** The values of the variables that `@skip` and `@include` name. */
export type Conditions = Readonly<Record<string, boolean>>;

type Variables = Readonly<Record<string, unknown>>;

/** The variables of an operation that `@skip` and `@include` name, and the values that a request gives them. */
export class ConditionVariables {
  private constructor(private readonly names: readonly string[]) {}

  static find(document: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode): ConditionVariables {
    const used = new Set<string>();
    visit(document, {
      Directive: (directive) => {
        const name = findConditionVariable(directive);
        if (name !== undefined) used.add(name);
      },
    });
    return new ConditionVariables(
      variableDefinitions.map(({ variable }) => variable.name.value).filter((name) => used.has(name)),
    );
  }

  /** Identifies the combination of values. Undefined when a value is not a Boolean: graphql-js decides what that means. */
  toKey(variables: Variables): string | undefined {
    let key = '';
    for (const name of this.names) {
      const value = variables[name];
      if (typeof value !== 'boolean') return undefined;
      key += value ? '1' : '0';
    }
    return key;
  }

  /** The values themselves, of variables for which `toKey` returned a key. */
  pick(variables: Variables): Conditions {
    return Object.fromEntries(this.names.map((name) => [name, variables[name] === true]));
  }
}

function findConditionVariable({ name, arguments: [argument] = [] }: DirectiveNode): string | undefined {
  if (name.value !== GraphQLIncludeDirective.name && name.value !== GraphQLSkipDirective.name) return undefined;
  return argument?.value.kind === Kind.VARIABLE ? argument.value.name.value : undefined;
}
