import { CodeGenerator } from './code-generator.js';
import { coerceVariables, NO_VARIABLES } from './coerce-variables.js';
import type { CompiledField, ObjectWriter } from './compiled-field.js';
import { NotCompilable } from './executable-operation.js';
import type {
  ExecutableOperation,
  CompilerOptions,
  OperationResult,
  ParsedOperation,
  Variables,
} from './executable-operation.js';
import { ConditionVariables } from './condition-variables.js';
import { Execution } from './execution.js';
import { buildFieldTree } from './build-field-tree.js';

/** Maximum number of combinations of `@skip` and `@include` that are compiled; graphql-js executes the others. */
const MAX_VARIANTS = 16;

/** The fields of the response for one combination of conditions, and the code that writes them. */
interface Variant {
  readonly fields: readonly CompiledField[];
  readonly write: ObjectWriter;
}

/** A query as JavaScript: one variant for each combination of values of `@skip` and `@include` that was requested. */
export class CompiledQuery implements ExecutableOperation {
  private readonly conditions: ConditionVariables;
  /** By the key of the conditions; null for a variant that cannot be compiled. */
  private readonly variants = new Map<string, Variant | null>();

  constructor(
    private readonly query: ParsedOperation,
    private readonly options: CompilerOptions,
  ) {
    this.conditions = ConditionVariables.find(query.document, query.operation);
  }

  /** False when the query has no conditions and cannot be compiled. With conditions it depends on their values. */
  get isCompilable(): boolean {
    return this.conditions.toKey(NO_VARIABLES) === undefined || this.getVariant(NO_VARIABLES) !== undefined;
  }

  coerceVariables(given: Variables = NO_VARIABLES): Variables | undefined {
    const variables = coerceVariables(this.query, given);
    return variables && this.getVariant(variables) ? variables : undefined;
  }

  execute(root: unknown, context: unknown, variables: Variables): OperationResult | Promise<OperationResult> {
    const variant = this.getVariant(variables);
    if (!variant) throw new Error('Nothing is compiled for these variables: pass what coerceVariables returned');
    try {
      return new Execution(this.query, root, context, variables).execute(variant.write);
    } catch {
      // A value made the code throw, as a list does whose items cannot be read. Field by field, the error gets its path.
      return new Execution(this.query, root, context, variables, true).executeFieldByField(variant.fields);
    }
  }

  private getVariant(variables: Variables): Variant | undefined {
    const key = this.conditions.toKey(variables);
    if (key === undefined) return undefined;
    let variant = this.variants.get(key);
    if (variant === undefined) {
      if (this.variants.size >= MAX_VARIANTS) return undefined;
      variant = this.compileVariant(variables);
      this.variants.set(key, variant);
    }
    return variant ?? undefined;
  }

  private compileVariant(variables: Variables): Variant | null {
    try {
      const fields = buildFieldTree(this.query, this.conditions.pick(variables), this.options);
      return { fields, write: new CodeGenerator().compile(fields) };
    } catch (error) {
      if (error instanceof NotCompilable) return null;
      throw error;
    }
  }
}
