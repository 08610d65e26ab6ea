import { Extensions } from '@nestjs/graphql';
import { ResponseSize, QueryTooLarge } from '@bff/graphql-compiler';
import type { ListSize as Sizes } from '@bff/graphql-compiler';
import { GraphQLError } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import { limitExceeded } from './page-error.js';

/**
 * Says how long a list is, so that the size of an answer is known before it is made. On the list itself how long it is assumed to
 * be; on a field with an argument that bounds a list below it, the argument and the way to the list. 10 where nothing is said.
 */
export function ListSize(sizes: Sizes): MethodDecorator & PropertyDecorator {
  return Extensions({ listSize: sizes });
}

export interface QueryBounds {
  /** The most fields of a query, once its fragments are expanded. */
  readonly MAX_QUERY_FIELDS: number;
  /** The most fields of an answer, lists counted as `ListSize` says. */
  readonly MAX_RESPONSE_FIELDS: number;
}

/** Refuses operations that ask for too much, before anything is done for them. */
export class QueryLimits {
  private readonly sizes = new WeakMap<OperationDefinitionNode, ResponseSize>();

  constructor(private readonly bounds: QueryBounds) {}

  /**
   * A validation rule: measures each operation of a document, and refuses one with too many fields. The rules after it do not see
   * such a document, for the time that they take grows with the square of what is repeated in it.
   */
  readonly rule: ValidationRule = (context) => ({
    Document: (document) => {
      try {
        this.measure(context.getSchema(), document);
        return undefined;
      } catch (error) {
        if (!(error instanceof QueryTooLarge)) throw error;
        const { MAX_QUERY_FIELDS: max } = this.bounds;
        context.reportError(
          limitExceeded(
            'MAX_QUERY_FIELDS',
            `This document has more than ${max} fields once its fragments are expanded, or repeats what it asks for too often: ask for less, or in several requests.`,
          ),
        );
        return { ...document, definitions: [] };
      }
    },
  });

  /** Whether the answer to a validated operation may be as large as it can get with these variables. */
  accepts(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>> | undefined): boolean {
    return this.countFields(operation, variables) <= this.bounds.MAX_RESPONSE_FIELDS;
  }

  /** The error for an operation that is not accepted, with HTTP status 400. */
  createError(
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>> | undefined,
  ): GraphQLError {
    const { MAX_RESPONSE_FIELDS: max } = this.bounds;
    const fields = this.countFields(operation, variables);
    const error = limitExceeded(
      'MAX_RESPONSE_FIELDS',
      `The answer may have ${fields} fields, of which at most ${max} are allowed: ask for fewer fields or shorter lists.`,
    );
    return new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status: 400 } } });
  }

  private countFields(
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>> | undefined,
  ): number {
    return this.sizes.get(operation)?.countFields(variables) ?? 0;
  }

  private measure(schema: GraphQLSchema, document: DocumentNode): void {
    const sizes = ResponseSize.measure(schema, document, this.bounds.MAX_QUERY_FIELDS);
    for (const [operation, size] of sizes ?? []) this.sizes.set(operation, size);
  }
}
