import { execute, getVariableValues, OperationTypeNode, visit } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { Code } from './code-generator.js';
import { ConditionVariables } from './conditions.js';
import type { Conditions } from './conditions.js';
import { fragmentsOf } from './fragments.js';
import { FieldCollector } from './field-collector.js';
import type { Operation } from './lazy-resolve-info.js';
import { PlannedFields, Unplannable } from './field-tree-builder.js';
import type { PropertyOf } from './field-tree-builder.js';
import type { PlannedField, Writer } from './compiled-field.js';
import { Run } from './execution.js';
import type { RunResult } from './execution.js';

/** What an operation comes to: as of graphql-js' `execute`. */
export type PlanResult = RunResult;

/** An operation that is ready to be executed. */
export interface Plan {
  /**
   * The variables as the operation's types want them; undefined when graphql-js is to execute the request: when they are wrong,
   * and when no code is made for their values.
   */
  variables(given?: Variables): Variables | undefined;
  /** Answers a request, at once when no resolver made a promise. Takes what `variables` gave. Never rejects. */
  execute(root: unknown, context: unknown, variables: Variables): PlanResult | Promise<PlanResult>;
}

type Variables = Readonly<Record<string, unknown>>;

export interface PlanOptions {
  /** The property that the resolver of a field reads and does nothing else; then the resolver is not called. */
  readonly propertyOf?: PropertyOf;
  /** The most fields of which code is made; graphql-js executes an operation with more. Default 1000. */
  readonly maxFields?: number;
}

const MAX_FIELDS = 1_000;

/** Code is made for at most this many combinations of the values of `@skip` and `@include`; graphql-js executes the others. */
const MAX_VARIANTS = 16;

const NONE: Variables = {};

/**
 * Makes code of a query, whose document is valid: what graphql-js finds out for each value of each answer is found out once.
 * The answer is the same. A scalar of one's own may say in its extension `isWritten` which values need no serialising. A mutation
 * answers little and waits long: graphql-js executes it. Undefined for what graphql-js is to execute altogether: subscriptions,
 * `@defer`, and of queries those with abstract types, introspection, or more than `maxFields` fields.
 */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  options: PlanOptions = {},
): Plan | undefined {
  if (defers(document)) return undefined;
  if (operation.operation === OperationTypeNode.MUTATION) return mutationPlan(schema, document, operation);
  if (operation.operation !== OperationTypeNode.QUERY) return undefined;
  const plan = new QueryPlan({ schema, document, operation, fragments: fragmentsOf(document) }, options);
  return plan.isPossible ? plan : undefined;
}

/** Variables go as they came: graphql-js coerces them itself. */
function mutationPlan(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Plan {
  return {
    variables: (given = NONE) => coerce(schema, operation, given) && given,
    execute: (rootValue, contextValue, variableValues) => {
      const operationName = operation.name?.value;
      return resultOf(execute({ schema, document, rootValue, contextValue, variableValues, operationName }));
    },
  };
}

/** What is found out once for each operation. */
interface PlannedOperation extends Operation {
  readonly document: DocumentNode;
}

/** The fields of an answer for one combination of conditions, and the code that writes them. */
interface Variant {
  readonly fields: readonly PlannedField[];
  readonly write: Writer;
}

/** A query as code: a variant for each combination of values that its `@skip` and `@include` have had. */
class QueryPlan implements Plan {
  private readonly conditions: ConditionVariables;
  /** null when no code can be made. */
  private readonly variants = new Map<string, Variant | null>();

  constructor(
    private readonly planned: PlannedOperation,
    private readonly options: PlanOptions,
  ) {
    this.conditions = ConditionVariables.of(planned.document, planned.operation);
  }

  /** False when the query has no conditions and no code can be made of it. */
  get isPossible(): boolean {
    return this.conditions.keyOf(NONE) === undefined || this.variantOf(NONE) !== undefined;
  }

  variables(given: Variables = NONE): Variables | undefined {
    const variables = coerce(this.planned.schema, this.planned.operation, given);
    return variables && this.variantOf(variables) ? variables : undefined;
  }

  execute(root: unknown, context: unknown, variables: Variables): PlanResult | Promise<PlanResult> {
    const variant = this.variantOf(variables);
    if (!variant) throw new Error('These variables are not as `variables` gives them');
    try {
      return new Run(this.planned, root, context, variables).result(variant.write);
    } catch {
      // A value broke the code, as a list does that throws when it is read: field by field it becomes clear which.
      return new Run(this.planned, root, context, variables, true).resultOf(variant.fields);
    }
  }

  private variantOf(variables: Variables): Variant | undefined {
    const key = this.conditions.keyOf(variables);
    if (key === undefined) return undefined;
    let variant = this.variants.get(key);
    if (variant === undefined) {
      if (this.variants.size >= MAX_VARIANTS) return undefined;
      variant = this.compile(this.conditions.valuesOf(variables));
      this.variants.set(key, variant);
    }
    return variant ?? undefined;
  }

  private compile(conditions: Conditions): Variant | null {
    const { schema, operation, fragments } = this.planned;
    const { propertyOf = () => undefined, maxFields = MAX_FIELDS } = this.options;
    const type = schema.getQueryType();
    if (!type) return null;
    try {
      const collector = new FieldCollector(schema, fragments, conditions);
      const fields = new PlannedFields(collector, { propertyOf, maxFields }).root(type, operation.selectionSet);
      return { fields, write: new Code().make(fields) };
    } catch (error) {
      if (error instanceof Unplannable) return null;
      throw error;
    }
  }
}

function coerce(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Variables,
): Variables | undefined {
  return variableDefinitions.length === 0 ? NONE : getVariableValues(schema, variableDefinitions, given).coerced;
}

async function resultOf(executed: ExecutionResult | Promise<ExecutionResult>): Promise<PlanResult> {
  const { data = null, errors = [] } = await executed;
  return { data, errors: [...errors] };
}

function defers(document: DocumentNode): boolean {
  let found = false;
  visit(document, { Directive: ({ name }) => void (found ||= name.value === 'defer' || name.value === 'stream') });
  return found;
}
