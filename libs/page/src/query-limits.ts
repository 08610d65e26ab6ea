import { Extensions } from '@nestjs/graphql';
import { ResponseSize, QueryTooLarge } from '@bff/graphql-compiler';
import type { ListSize as Sizes } from '@bff/graphql-compiler';
import { GraphQLError } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import { createLimitExceededError } from './page-error.js';

/**
 * Declares the length of a list, so that the size of a response can be computed before execution. On the list itself: its assumed
 * length; on a field with an argument that limits a list below it: the argument and the path of the list. 10 without a declaration.
 */
export function ListSize(sizes: Sizes): MethodDecorator & PropertyDecorator {
  return Extensions({ listSize: sizes });
}

export interface QueryBounds {
  /** The maximum number of fields of a query with its fragments expanded. */
  readonly MAX_QUERY_FIELDS: number;
  /** The maximum number of fields of a response, with list lengths as `ListSize` declares. */
  readonly MAX_RESPONSE_FIELDS: number;
}

/** Rejects operations that are too large, before they are executed. */
export class QueryLimits {
  private readonly sizes = new WeakMap<OperationDefinitionNode, ResponseSize>();

  constructor(private readonly bounds: QueryBounds) {}

  /**
   * A validation rule: measures each operation of a document, and rejects a document with too many fields. The rules after it do not
   * see such a document, because their time grows with the square of what is repeated in it.
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
          createLimitExceededError(
            'MAX_QUERY_FIELDS',
            `This document has more than ${max} fields with its fragments expanded, or repeats too many selections: ask for less, or send several requests.`,
          ),
        );
        return { ...document, definitions: [] };
      }
    },
  });

  /** Whether the response of a validated operation stays within the limit with these variables. */
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
    const error = createLimitExceededError(
      'MAX_RESPONSE_FIELDS',
      `The response may have ${fields} fields, but at most ${max} are allowed: ask for fewer fields or shorter lists.`,
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
