import { execute, getVariableValues, Kind, OperationTypeNode, visit } from 'graphql';
import type {
  DocumentNode,
  ExecutionResult,
  FragmentDefinitionNode,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { Code } from './code.js';
import { Run } from './run.js';
import type { RunResult } from './run.js';
import { Selection, Unplannable } from './selection.js';
import type { PropertyOf } from './selection.js';

/** What an operation comes to: as of graphql-js' `execute`. */
export type PlanResult = RunResult;

/** An operation that is ready to be executed. */
export interface Plan {
  /** The variables as the operation's types want them; undefined when they are wrong: the ordinary way says how. */
  variables(given?: Variables): Variables | undefined;
  /** Answers a request, at once when no resolver made a promise. Never rejects. */
  execute(root: unknown, context: unknown, variables: Variables): PlanResult | Promise<PlanResult>;
}

type Variables = Readonly<Record<string, unknown>>;

export interface PlanOptions {
  /** The property that the resolver of a field reads and does nothing else; then the resolver is not called. */
  readonly propertyOf?: PropertyOf;
}

/**
 * Makes code of a query, whose document is valid: what graphql-js finds out for each value of each answer is found out once.
 * The answer is the same. A scalar of one's own may say in its extension `isWritten` which values need no serialising. A mutation
 * answers little and waits long: graphql-js executes it. Undefined for what is to be executed as ever: subscriptions, `@defer`,
 * and of queries those with types that turn out when they are there, and questions about the schema.
 */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { propertyOf = () => undefined }: PlanOptions = {},
): Plan | undefined {
  if (defers(document)) return undefined;
  const { operation: kind, variableDefinitions = [] } = operation;
  const coerced = (given: Variables): Variables | undefined =>
    variableDefinitions.length === 0 ? NONE : getVariableValues(schema, variableDefinitions, given).coerced;
  if (kind === OperationTypeNode.MUTATION)
    return {
      // As they came: graphql-js makes what the types want of them itself.
      variables: (given = NONE) => coerced(given) && given,
      execute: (rootValue, contextValue, variableValues) => {
        const operationName = operation.name?.value;
        return resultOf(execute({ schema, document, rootValue, contextValue, variableValues, operationName }));
      },
    };
  const type = schema.getQueryType();
  if (!type || kind !== OperationTypeNode.QUERY) return undefined;
  const fragments = fragmentsOf(document);
  try {
    const fields = new Selection(schema, fragments, propertyOf).root(type, operation.selectionSet);
    const write = new Code().make(fields);
    const planned = { schema, operation, fragments };
    return {
      variables: (given = NONE) => coerced(given),
      execute: (root, context, variables) => new Run(planned, root, context, variables).result(write),
    };
  } catch (error) {
    if (error instanceof Unplannable) return undefined;
    throw error;
  }
}

async function resultOf(executed: ExecutionResult | Promise<ExecutionResult>): Promise<PlanResult> {
  const { data = null, errors = [] } = await executed;
  return { data, errors: [...errors] };
}

const NONE: Variables = {};

function defers(document: DocumentNode): boolean {
  let found = false;
  visit(document, { Directive: ({ name }) => void (found ||= name.value === 'defer' || name.value === 'stream') });
  return found;
}

function fragmentsOf({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}
