import type { IncomingHttpHeaders } from 'node:http';
import { createUntrustedDocumentError, parseParameters } from '@bff/trusted-documents';
import { badRequest, tooManyRequests, unauthenticated } from '@bff/page';
import type { PageContext, Viewer } from '@bff/page';
import { getOperationAST, GraphQLError, OperationTypeNode, parse, specifiedRules, subscribe, validate } from 'graphql';
import type {
  DocumentNode,
  ExecutionArgs,
  ExecutionResult,
  GraphQLFormattedError,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { BffConfig } from '../../bff.config.js';
import { MAX_TOKENS, listValidationRules } from '../graphql-options.js';
import type { RequestContextFactory } from '../request-context.js';
import { ConcurrencyLimit } from '../concurrency-limit.js';
import type { DocumentPolicy } from '../trusted-documents/trusted-documents.js';
import { SubscriptionResults } from './subscription-results.js';

/** What a client asks for, whichever way it came. */
export interface SubscriptionRequest {
  readonly query?: unknown;
  /** The hash of a trusted document; `extensions` may name it, too. */
  readonly documentId?: unknown;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A subscription that is open, or why it is not. */
export type OpenSubscription =
  | { readonly args: ExecutionArgs; readonly results: SubscriptionResults }
  | { readonly errors: readonly GraphQLError[] };

/** What a subscription brings. */
interface LiveResult {
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** How often a token is looked at again while a subscription is open, in milliseconds: its key may have been withdrawn. */
const LOOK_AGAIN_MS = 60_000;

/** Opens subscriptions: the same viewer, the same limits and the same errors as for everything else. */
export class Subscriptions {
  private readonly held: ConcurrencyLimit;

  constructor(
    private readonly contexts: RequestContextFactory,
    private readonly schemaOf: () => GraphQLSchema,
    private readonly trusted: DocumentPolicy,
    config: Pick<BffConfig, 'MAX_SUBSCRIPTIONS_PER_VIEWER'>,
  ) {
    this.held = new ConcurrencyLimit('MAX_SUBSCRIPTIONS_PER_VIEWER', config.MAX_SUBSCRIPTIONS_PER_VIEWER);
  }

  /** Why the token in these headers is not taken; undefined when it is, or when there is none. */
  async checkToken(headers: IncomingHttpHeaders): Promise<GraphQLFormattedError | undefined> {
    try {
      await this.contexts.verifyToken(headers);
      return undefined;
    } catch (error) {
      return this.formatErrors([asGraphQLError(error)])[0];
    }
  }

  /** Opens a subscription, or says why not. It ends with the token by which it was opened. */
  async open(request: SubscriptionRequest, headers: IncomingHttpHeaders): Promise<OpenSubscription> {
    try {
      const schema = this.schemaOf();
      const { operationName, variables } = request;
      const document = this.documentOf(await this.textOf(request), schema);
      const operation = subscriptionIn(document, operationName);
      if (!this.contexts.limits.accepts(operation, variables ?? {}))
        throw this.contexts.limits.createError(operation, variables ?? {});
      const contextValue = await this.contexts.createContext(headers);
      const args = { schema, document, contextValue, operationName, variableValues: variables };
      return await this.subscribe(args, contextValue, headers);
    } catch (error) {
      return { errors: error instanceof Invalid ? error.errors : [asGraphQLError(error)] };
    }
  }

  /** The errors as every answer tells them. */
  formatErrors(errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] {
    return errors.map((error) => this.contexts.formatError(error.toJSON(), error));
  }

  /** A result whose errors are told as in every answer. */
  formatResult({ data, errors }: LiveResult): ExecutionResult {
    const told =
      errors &&
      this.formatErrors(errors).map(({ message, path, extensions }) => new GraphQLError(message, { path, extensions }));
    return { ...(data !== undefined && { data }), ...(told && { errors: told }) };
  }

  private async subscribe(
    args: ExecutionArgs,
    { viewer }: PageContext,
    headers: IncomingHttpHeaders,
  ): Promise<OpenSubscription> {
    const { held } = this;
    if (viewer && !held.acquire(viewer.customerId))
      throw tooManyRequests(
        held.variable,
        `A viewer holds ${held.max} subscriptions at the same time: end one of them.`,
      );
    const leave = (): void => {
      if (viewer) held.release(viewer.customerId);
    };
    try {
      const source = await subscribe(args);
      if (!(Symbol.asyncIterator in source)) {
        leave();
        return { errors: source.errors ?? [] };
      }
      const watch = { stop: (): void => undefined };
      const results = new SubscriptionResults(source, () => {
        watch.stop();
        leave();
      });
      if (viewer) watch.stop = this.endWithToken(results, viewer, headers);
      return { args, results };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Ends a subscription once its token is not taken any more. Gives back what stops looking. */
  private endWithToken(results: SubscriptionResults, { expiresAt }: Viewer, headers: IncomingHttpHeaders): () => void {
    const look = async (): Promise<void> => {
      if (Date.now() >= expiresAt) results.end(unauthenticated('The token has expired: get a new one.'));
      else {
        const refusal = await this.checkToken(headers);
        // Keys that are out of reach are no fault of the token.
        if (refusal?.extensions?.['code'] === 'UNAUTHENTICATED') results.end(unauthenticated(refusal.message));
        else timer = setTimeout(() => void look(), untilNextLook());
      }
    };
    const untilNextLook = (): number => Math.min(LOOK_AGAIN_MS, Math.max(0, expiresAt - Date.now()));
    let timer = setTimeout(() => void look(), untilNextLook());
    return () => {
      clearTimeout(timer);
    };
  }

  /** Throws Invalid. */
  private documentOf(text: string, schema: GraphQLSchema): DocumentNode {
    const document = parsed(text);
    const errors = validate(schema, document, [...specifiedRules, ...listValidationRules(this.contexts)]);
    if (errors.length === 0) return document;
    throw new Invalid(errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED', this.contexts.development)));
  }

  /** Throws PERSISTED_QUERY_NOT_FOUND, and BAD_REQUEST when no document is asked for. */
  private async textOf({ query, documentId, extensions }: SubscriptionRequest): Promise<string> {
    const asked = parseParameters({ query, documentId, extensions });
    if (!asked) throw badRequest('A subscription is asked for by its text in `query`, or by its hash in `documentId`.');
    const known = await this.trusted.documents.find(asked, this.trusted.allowUntrusted);
    if (known) return known.text;
    if (!this.trusted.allowUntrusted || asked.text === undefined) throw createUntrustedDocumentError(asked);
    return asked.text;
  }
}

/** A document that does not fit the schema, in as many ways as there are errors. */
class Invalid extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('The document is not valid');
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MAX_TOKENS });
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

/** The operation that is asked for. Throws unless it is there, and is a subscription. */
function subscriptionIn(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, name);
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return operation;
  if (operation) throw badRequest('Only a subscription is served here: send anything else to POST /graphql.');
  const message =
    name === null || name === undefined
      ? 'Must provide operation name if query contains multiple operations.'
      : `Unknown operation named "${name}".`;
  throw new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

/** The same error with a code. Outside development nobody is told which names there are. */
function withCode(error: GraphQLError, code: string, suggests = true): GraphQLError {
  const { nodes, source, positions } = error;
  const message = suggests ? error.message : error.message.replace(/ ?Did you mean(.+?)\?$/, '');
  return new GraphQLError(message, {
    ...{ ...(nodes && { nodes }), ...(source && { source }), ...(positions && { positions }) },
    extensions: { code, ...error.extensions },
  });
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('A bug', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
