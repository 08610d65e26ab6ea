import { createHash } from 'node:crypto';
import { planOf } from '@bff/graphql-compiler';
import type { Plan, PlanOptions } from '@bff/graphql-compiler';
import { getOperationAST, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';

/** What a document is held against. */
export interface Preparation {
  readonly schema: GraphQLSchema;
  readonly validationRules: readonly ValidationRule[];
  readonly maxTokens: number;
  readonly plan: PlanOptions;
}

/** An operation that can be executed at once. */
export interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly plan: Plan;
}

/** A document that is trusted: it is parsed, validated and made ready once. */
export class KnownDocument {
  private document: DocumentNode | null | undefined;
  private readonly operations = new Map<string, PreparedOperation | null>();

  /** As Apollo Server names a document to its plugins. */
  readonly hash: string;

  constructor(readonly text: string) {
    this.hash = createHash('sha256').update(text).digest('hex');
  }

  /** The operation of this name; undefined for what the ordinary way says or does: a wrong document, `@defer`. */
  prepared(operationName: string | undefined, preparation: Preparation): PreparedOperation | undefined {
    const known = this.operations.get(operationName ?? '');
    if (known !== undefined) return known ?? undefined;
    if (this.document === undefined) this.document = this.valid(preparation);
    const operation = this.document && getOperationAST(this.document, operationName);
    // Names that are not in the document are the client's, and without end.
    if (!this.document || !operation) return undefined;
    const plan = planOf(preparation.schema, this.document, operation, preparation.plan);
    const prepared = plan ? { document: this.document, operation, plan } : null;
    this.operations.set(operationName ?? '', prepared);
    return prepared ?? undefined;
  }

  private valid({ schema, validationRules, maxTokens }: Preparation): DocumentNode | null {
    try {
      const document = parse(this.text, { maxTokens });
      return validate(schema, document, [...specifiedRules, ...validationRules]).length === 0 ? document : null;
    } catch {
      return null;
    }
  }
}
