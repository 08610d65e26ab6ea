import { createHash } from 'node:crypto';
import { compileOperation } from '@bff/graphql-compiler';
import type { ExecutableOperation, CompilerOptions } from '@bff/graphql-compiler';
import { getOperationAST, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';

export interface PreparationOptions {
  readonly schema: GraphQLSchema;
  readonly validationRules: readonly ValidationRule[];
  readonly maxTokens: number;
  readonly compilerOptions: CompilerOptions;
}

/** An operation that can be executed without further preparation. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly executable: ExecutableOperation;
}

/** A document of a manifest: parsed, validated and compiled once, at its first request. */
export class TrustedDocument {
  /** Null when it is invalid. */
  private document: DocumentNode | null | undefined;
  /** By name; null for an operation that cannot be compiled. */
  private readonly operations = new Map<string, PreparedOperation | null>();

  /** The hash that Apollo Server passes to plugins; that of the manifest may be another. */
  readonly hash: string;

  constructor(readonly text: string) {
    this.hash = createHash('sha256').update(text).digest('hex');
  }

  /** The operation of this name. Undefined for what the standard pipeline rejects or executes: an invalid document, `@defer`. */
  prepare(operationName: string | undefined, options: PreparationOptions): PreparedOperation | undefined {
    const cached = this.operations.get(operationName ?? '');
    if (cached !== undefined) return cached ?? undefined;
    if (this.document === undefined) this.document = this.parse(options);
    const operation = this.document && getOperationAST(this.document, operationName);
    // A name that the document does not have is not cached: clients can send any number of them.
    if (!this.document || !operation) return undefined;
    const executable = compileOperation(options.schema, this.document, operation, options.compilerOptions);
    const prepared = executable ? { document: this.document, operation, executable } : null;
    this.operations.set(operationName ?? '', prepared);
    return prepared ?? undefined;
  }

  private parse({ schema, validationRules, maxTokens }: PreparationOptions): DocumentNode | null {
    try {
      const document = parse(this.text, { maxTokens });
      return validate(schema, document, [...specifiedRules, ...validationRules]).length === 0 ? document : null;
    } catch {
      return null;
    }
  }
}
