import type { IncomingHttpHeaders } from 'node:http';
import { createUntrustedDocumentError, parseParameters } from '@bff/trusted-documents';
import { createBadRequestError, createTooManyRequestsError, createUnauthenticatedError } from '@bff/page';
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

/** A request for a subscription, whatever its transport. */
export interface SubscriptionRequest {
  readonly query?: unknown;
  /** The hash of a trusted document; it may also be in `extensions.persistedQuery`. */
  readonly documentId?: unknown;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An open subscription, or why it could not be opened. */
export type OpenSubscription =
  | { readonly args: ExecutionArgs; readonly results: SubscriptionResults }
  | { readonly errors: readonly GraphQLError[] };

/** One result of a subscription. */
interface SubscriptionResult {
  readonly data?: ExecutionResult['data'];
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** How often the token of an open subscription is verified again, in milliseconds: its key may have been withdrawn. */
const VERIFY_INTERVAL_MS = 60_000;

/** Opens subscriptions, with the same authentication, limits and errors as other operations have. */
export class Subscriptions {
  private readonly perViewer: ConcurrencyLimit;

  constructor(
    private readonly contexts: RequestContextFactory,
    private readonly getSchema: () => GraphQLSchema,
    private readonly trusted: DocumentPolicy,
    config: Pick<BffConfig, 'MAX_SUBSCRIPTIONS_PER_VIEWER'>,
  ) {
    this.perViewer = new ConcurrencyLimit('MAX_SUBSCRIPTIONS_PER_VIEWER', config.MAX_SUBSCRIPTIONS_PER_VIEWER);
  }

  /** Verifies the token in these headers: the error when it is not valid; undefined when it is, or when there is none. */
  async checkToken(headers: IncomingHttpHeaders): Promise<GraphQLFormattedError | undefined> {
    try {
      await this.contexts.verifyToken(headers);
      return undefined;
    } catch (error) {
      return this.formatErrors([toGraphQLError(error)])[0];
    }
  }

  /** Opens a subscription, or returns why it cannot. The subscription ends when its token expires or is withdrawn. */
  async open(request: SubscriptionRequest, headers: IncomingHttpHeaders): Promise<OpenSubscription> {
    try {
      const schema = this.getSchema();
      const { operationName, variables } = request;
      const document = this.parseDocument(await this.findText(request), schema);
      const operation = findSubscription(document, operationName);
      if (!this.contexts.limits.accepts(operation, variables ?? {}))
        throw this.contexts.limits.createError(operation, variables ?? {});
      const contextValue = await this.contexts.createContext(headers);
      const args = { schema, document, contextValue, operationName, variableValues: variables };
      return await this.subscribe(args, contextValue, headers);
    } catch (error) {
      return { errors: error instanceof InvalidDocument ? error.errors : [toGraphQLError(error)] };
    }
  }

  formatErrors(errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] {
    return errors.map((error) => this.contexts.formatError(error.toJSON(), error));
  }

  /** A result with formatted errors. */
  formatResult({ data, errors }: SubscriptionResult): ExecutionResult {
    const formatted =
      errors &&
      this.formatErrors(errors).map(({ message, path, extensions }) => new GraphQLError(message, { path, extensions }));
    return { ...(data !== undefined && { data }), ...(formatted && { errors: formatted }) };
  }

  private async subscribe(
    args: ExecutionArgs,
    { viewer }: PageContext,
    headers: IncomingHttpHeaders,
  ): Promise<OpenSubscription> {
    const { perViewer } = this;
    if (viewer && !perViewer.acquire(viewer.customerId))
      throw createTooManyRequestsError(
        perViewer.variable,
        `A viewer may have at most ${perViewer.max} subscriptions at the same time: end one of them first.`,
      );
    const release = (): void => {
      if (viewer) perViewer.release(viewer.customerId);
    };
    try {
      const source = await subscribe(args);
      if (!(Symbol.asyncIterator in source)) {
        release();
        return { errors: source.errors ?? [] };
      }
      const timer = { stop: (): void => undefined };
      const results = new SubscriptionResults(source, () => {
        timer.stop();
        release();
      });
      if (viewer) timer.stop = this.endWithToken(results, viewer, headers);
      return { args, results };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Ends a subscription when its token is no longer valid. Returns a function that stops verifying it. */
  private endWithToken(results: SubscriptionResults, { expiresAt }: Viewer, headers: IncomingHttpHeaders): () => void {
    const verify = async (): Promise<void> => {
      if (Date.now() >= expiresAt) results.end(createUnauthenticatedError('The token has expired: get a new one.'));
      else {
        const rejection = await this.checkToken(headers);
        // While the keys of the issuer cannot be loaded, the token counts as valid.
        if (rejection?.extensions?.['code'] === 'UNAUTHENTICATED')
          results.end(createUnauthenticatedError(rejection.message));
        else timer = setTimeout(() => void verify(), computeDelay());
      }
    };
    const computeDelay = (): number => Math.min(VERIFY_INTERVAL_MS, Math.max(0, expiresAt - Date.now()));
    let timer = setTimeout(() => void verify(), computeDelay());
    return () => {
      clearTimeout(timer);
    };
  }

  /** Throws InvalidDocument. */
  private parseDocument(text: string, schema: GraphQLSchema): DocumentNode {
    const document = parseText(text);
    const errors = validate(schema, document, [...specifiedRules, ...listValidationRules(this.contexts)]);
    if (errors.length === 0) return document;
    throw new InvalidDocument(
      errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED', this.contexts.development)),
    );
  }

  /** The text of the document. Throws PERSISTED_QUERY_NOT_FOUND, and BAD_REQUEST for a request without a document. */
  private async findText({ query, documentId, extensions }: SubscriptionRequest): Promise<string> {
    const asked = parseParameters({ query, documentId, extensions });
    if (!asked)
      throw createBadRequestError('A subscription needs a document: its text in `query`, or its hash in `documentId`.');
    const known = await this.trusted.documents.find(asked, this.trusted.allowUntrusted);
    if (known) return known.text;
    if (!this.trusted.allowUntrusted || asked.text === undefined) throw createUntrustedDocumentError(asked);
    return asked.text;
  }
}

/** A document that does not match the schema, with all validation errors. */
class InvalidDocument extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('The document is not valid');
  }
}

function parseText(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MAX_TOKENS });
  } catch (error) {
    throw error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

/** The operation to execute. Throws OPERATION_RESOLUTION_FAILURE, and BAD_REQUEST for anything but a subscription. */
function findSubscription(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, name);
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return operation;
  if (operation)
    throw createBadRequestError('Only subscriptions are served here: send queries and mutations to POST /graphql.');
  const message =
    name === null || name === undefined
      ? 'Must provide operation name if query contains multiple operations.'
      : `Unknown operation named "${name}".`;
  throw new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

/** The same error with a code. Outside development it does not suggest names of the schema. */
function withCode(error: GraphQLError, code: string, suggests = true): GraphQLError {
  const { nodes, source, positions } = error;
  const message = suggests ? error.message : error.message.replace(/ ?Did you mean(.+?)\?$/, '');
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    ...(source && { source }),
    ...(positions && { positions }),
    extensions: { code, ...error.extensions },
  });
}

function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('A bug', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
