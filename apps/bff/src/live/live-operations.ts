import type { IncomingHttpHeaders } from 'node:http';
import { fromParts, unknownDocument } from '@bff/documents';
import { limitExceeded } from '@bff/page';
import { getOperationAST, GraphQLError, OperationTypeNode, parse, validate } from 'graphql';
import type { ExecutionArgs, ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { MAX_TOKENS } from '../bff.module.js';
import type { Door } from '../door.js';
import type { Trusted } from '../trusted/trusted.js';

/** What a client asks for, whichever way it came. */
export interface LiveRequest {
  readonly query?: unknown;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** May name the document by its hash. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What to execute, or why not. */
export type PreparedSubscription = { readonly args: ExecutionArgs } | { readonly errors: readonly GraphQLError[] };

/** What a subscription brings. */
interface LiveResult {
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** So many subscriptions share one connection. */
const MAX_SUBSCRIPTIONS = 50;

/** Prepares subscriptions: the same viewer, the same limits and the same errors as for everything else. */
export class LiveOperations {
  constructor(
    private readonly door: Door,
    private readonly schemaOf: () => GraphQLSchema,
    private readonly trusted: Trusted,
  ) {}

  /** False when the headers hold a token that is none of ours. */
  async admit(headers: IncomingHttpHeaders): Promise<boolean> {
    try {
      await this.door.contextOf(headers);
      return true;
    } catch {
      return false;
    }
  }

  /** What to execute, or why not. `open` is how many subscriptions the connection has already. */
  async prepare(request: LiveRequest, headers: IncomingHttpHeaders, open = 0): Promise<PreparedSubscription> {
    if (open >= MAX_SUBSCRIPTIONS)
      return refused(
        limitExceeded(
          'MAX_SUBSCRIPTIONS_PER_CONNECTION',
          `One connection holds ${MAX_SUBSCRIPTIONS} subscriptions: open another one.`,
        ),
      );
    try {
      const schema = this.schemaOf();
      const { operationName, variables } = request;
      const document = parse(await this.textOf(request), { maxTokens: MAX_TOKENS });
      const errors = validate(schema, document);
      if (errors.length > 0) return refused(...errors.map(invalid));
      if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.SUBSCRIPTION)
        return refused(
          invalid(new GraphQLError('Only a subscription is served here: send anything else to POST /graphql.')),
        );
      const contextValue = await this.door.contextOf(headers);
      return { args: { schema, document, contextValue, operationName, variableValues: variables } };
    } catch (error) {
      if (error instanceof GraphQLError) return refused(isTold(error) ? error : invalid(error));
      throw error;
    }
  }

  /** Throws DOCUMENT_UNKNOWN. */
  private async textOf({ query, extensions }: LiveRequest): Promise<string> {
    const asked = fromParts({ query, extensions });
    const known = asked && (await this.trusted.documents.find(asked, this.trusted.acceptUnknown));
    if (known) return known.text;
    if (!this.trusted.acceptUnknown || asked?.text === undefined) throw unknownDocument(asked ?? { hash: undefined });
    return asked.text;
  }

  /** The errors as every answer tells them. */
  formatted(errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] {
    return errors.map((error) => this.door.formatError(error.toJSON(), error));
  }

  /** A result whose errors are told as in every answer. */
  told({ data, errors }: LiveResult): ExecutionResult {
    const told =
      errors &&
      this.formatted(errors).map(({ message, path, extensions }) => new GraphQLError(message, { path, extensions }));
    return { ...(data !== undefined && { data }), ...(told && { errors: told }) };
  }
}

function refused(...errors: readonly GraphQLError[]): PreparedSubscription {
  return { errors };
}

/** An operation that cannot be executed is the client's mistake. */
function invalid(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}

function isTold(error: GraphQLError): boolean {
  return error.extensions['code'] !== undefined;
}
