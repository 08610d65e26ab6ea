import { getVariableValues } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { CompiledQuery } from 'graphql-jit';

/** So many operations are known at a time. */
const MAX_OPERATIONS = 500;

interface Known {
  seen: number;
  /** Undefined until it has come often enough, and null when it cannot be compiled. */
  query?: CompiledQuery['query'] | null;
}

/** Operations as code, made of them once they come again: what comes once is not worth it. */
export class CompiledOperations {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly schema: GraphQLSchema,
    /** So often an operation is executed before it is compiled; Infinity compiles none. */
    private readonly after: number,
  ) {}

  /** Undefined when the operation is to be executed as ever, for example because its variables are wrong. */
  of(
    key: string,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>> = {},
  ): CompiledQuery['query'] | undefined {
    const known = this.known.get(key) ?? this.meet(key);
    if (known.query === undefined && known.seen++ >= this.after) known.query = this.compile(document, operation);
    if (!known.query || !this.accepts(operation, variables)) return undefined;
    return known.query;
  }

  private meet(key: string): Known {
    const known: Known = { seen: 0 };
    this.known.set(key, known);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_OPERATIONS && oldest !== undefined) this.known.delete(oldest);
    return known;
  }

  private compile(document: DocumentNode, operation: OperationDefinitionNode): CompiledQuery['query'] | null {
    const compiled = compileQuery(this.schema, document, operation.name?.value, {
      disablingCapturingStackErrors: true,
    });
    return isCompiledQuery(compiled) ? compiled.query : null;
  }

  /** Wrong variables are told in the words of the ordinary way. */
  private accepts(
    { variableDefinitions = [] }: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): boolean {
    return (
      variableDefinitions.length === 0 ||
      getVariableValues(this.schema, variableDefinitions, variables).coerced !== undefined
    );
  }
}
