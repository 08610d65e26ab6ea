import { planOf } from '@bff/graphql-compiler';
import type { Plan, PlanOptions } from '@bff/graphql-compiler';
import { BoundedMap } from '@bff/kernel';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';

const MAX_OPERATIONS = 500;

interface Known {
  seen: number;
  /** Undefined until it has come often enough, and null when no code can be made of it. */
  plan?: Plan | null;
}

/** Operations as code, made of them once they come again: what comes once is not worth it. */
export class CompiledOperations {
  private readonly known = new BoundedMap<string, Known>(MAX_OPERATIONS);

  constructor(
    private readonly schema: GraphQLSchema,
    /** So often an operation is executed before code is made of it; Infinity makes none. */
    private readonly after: number,
    private readonly options: PlanOptions,
  ) {}

  /** Undefined when the operation is to be executed as ever. */
  of(key: string, document: DocumentNode, operation: OperationDefinitionNode): Plan | undefined {
    const known = this.known.get(key) ?? this.meet(key);
    if (known.plan === undefined && known.seen++ >= this.after)
      known.plan = planOf(this.schema, document, operation, this.options) ?? null;
    return known.plan ?? undefined;
  }

  private meet(key: string): Known {
    const known: Known = { seen: 0 };
    this.known.set(key, known);
    return known;
  }
}
