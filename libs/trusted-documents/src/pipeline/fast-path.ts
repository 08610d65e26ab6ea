import type { IncomingHttpHeaders } from 'node:http';
import type { ApolloServer, ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { CompilerOptions } from '@bff/graphql-compiler';
import { ClientDisconnect, isPromise } from '@bff/kernel';
import type { CancelSignal, MaybePromise } from '@bff/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode } from 'graphql';
import type { GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import type { PreparationOptions, PreparedOperation, TrustedDocument } from '../manifests/trusted-document.js';
import { CoalescedResponses } from './coalesced-responses.js';
import type { FormatError } from './format-errors.js';
import { toHttpResponse } from './http-response.js';
import type { HttpResponse } from './http-response.js';
import { negotiateMediaType } from './negotiate-media-type.js';
import { hasJsonBody } from './parse-request.js';
import type { GraphQLParameters } from './parse-request.js';
import { PluginLifecycle } from './plugin-lifecycle.js';
import type { PluginResult } from './plugin-lifecycle.js';
import { toHttpGraphQLRequest } from './plugin-request.js';

export interface FastPathOptions<Context extends BaseContext> {
  /**
   * Identical queries with the same key that are in flight are executed once. Everything of the request that a response depends
   * on, besides document and variables, must be part of the key. Undefined for a request that shares with no other.
   */
  readonly getCoalescingKey: (headers: IncomingHttpHeaders) => MaybePromise<string | undefined>;
  readonly createContext: (headers: IncomingHttpHeaders, signal: CancelSignal) => MaybePromise<Context>;
  readonly formatError: FormatError;
  readonly plugins: readonly ApolloServerPlugin<Context>[];
  readonly validationRules: readonly ValidationRule[];
  readonly maxTokens: number;
  /** False when the response may be too large: the standard pipeline rejects the request. */
  readonly isWithinLimits: (operation: OperationDefinitionNode, variables: GraphQLParameters['variables']) => boolean;
  readonly getCompilerOptions: () => CompilerOptions;
  /** Called once, at the first request: the schema does not exist before the server has started. */
  readonly getStartedServer: () => StartedServer;
}

export interface StartedServer {
  readonly schema: GraphQLSchema;
  readonly apollo: Pick<ApolloServer, 'logger' | 'cache'>;
}

/** Responds to requests for trusted documents without Apollo Server: what does not depend on the request is prepared once. */
export class FastPath<Context extends BaseContext> {
  private readonly coalesced = new CoalescedResponses();
  private prepared: Prepared | undefined;

  constructor(private readonly options: FastPathOptions<Context>) {}

  /**
   * The response; undefined when the request must take the standard pipeline: not a POST with JSON, an invalid document or
   * variable, `@defer`, a response that is too large, or an error before the execution. Rejects only after a mutation was executed.
   */
  tryRespond(
    document: TrustedDocument,
    parameters: GraphQLParameters,
    request: FastifyRequest,
    reply: FastifyReply,
  ): MaybePromise<HttpResponse | undefined> {
    if (request.method !== 'POST' || !parameters.isWellFormed || !hasJsonBody(request.headers)) return undefined;
    try {
      const response = this.respond(document, parameters, request, reply);
      return isPromise(response) ? response.catch(fallBackUnlessMutated) : response;
    } catch (error) {
      return fallBackUnlessMutated(error);
    }
  }

  private respond(
    document: TrustedDocument,
    parameters: GraphQLParameters,
    request: FastifyRequest,
    reply: FastifyReply,
  ): MaybePromise<HttpResponse | undefined> {
    const mediaType = negotiateMediaType(request.headers.accept);
    if (mediaType === undefined) return undefined;
    const operation = document.prepare(parameters.operationName, this.prepare());
    const variables = operation?.executable.coerceVariables(parameters.variables);
    if (!operation || !variables) return undefined;
    if (!this.options.isWithinLimits(operation.operation, parameters.variables)) return undefined;
    const execution = { document, operation, parameters, variables, mediaType, request };
    const disconnect = ClientDisconnect.watch(reply.raw);
    if (isMutation(operation)) return this.execute(execution, disconnect);
    const key = this.options.getCoalescingKey(request.headers);
    return isPromise(key)
      ? key.then((one) => this.coalesce(one, execution, disconnect))
      : this.coalesce(key, execution, disconnect);
  }

  private coalesce(
    key: string | undefined,
    execution: FastPathExecution,
    disconnect: CancelSignal,
  ): MaybePromise<HttpResponse> {
    if (key === undefined) return this.execute(execution, disconnect);
    const execute = (signal: CancelSignal): MaybePromise<HttpResponse> => this.execute(execution, signal);
    return this.coalesced.join(execution.operation, toCoalescingKey(execution, key), execute, disconnect);
  }

  private execute(execution: FastPathExecution, signal: CancelSignal): MaybePromise<HttpResponse> {
    const context = this.options.createContext(execution.request.headers, signal);
    const lifecycle = isPromise(context)
      ? context.then((one) => this.startPlugins(one, execution))
      : this.startPlugins(context, execution);
    return isPromise(lifecycle)
      ? lifecycle.then((one) => this.createResponse(one, execution))
      : this.createResponse(lifecycle, execution);
  }

  private startPlugins(contextValue: Context, execution: FastPathExecution): MaybePromise<PluginLifecycle<Context>> {
    const { document, parameters, request, operation } = execution;
    const { operationName, variables } = parameters;
    return PluginLifecycle.start(
      this.options.plugins,
      {
        server: this.prepare().server,
        source: document.text,
        queryHash: document.hash,
        operationName,
        variables,
        getHttpRequest: () => toHttpGraphQLRequest(request),
        contextValue,
      },
      operation,
    );
  }

  private createResponse(
    lifecycle: PluginLifecycle<Context>,
    execution: FastPathExecution,
  ): MaybePromise<HttpResponse> {
    if (isMutation(execution.operation)) return this.executeMutation(lifecycle, execution);
    const result = this.executeOperation(lifecycle, execution);
    return isPromise(result)
      ? result.then((one) => toHttpResponse(one, execution.mediaType))
      : toHttpResponse(result, execution.mediaType);
  }

  private async executeMutation(
    lifecycle: PluginLifecycle<Context>,
    execution: FastPathExecution,
  ): Promise<HttpResponse> {
    try {
      return toHttpResponse(await this.executeOperation(lifecycle, execution), execution.mediaType);
    } catch (cause) {
      throw new MutationExecuted(cause);
    }
  }

  private executeOperation(
    lifecycle: PluginLifecycle<Context>,
    { operation, variables }: FastPathExecution,
  ): MaybePromise<PluginResult> {
    const run = () => operation.executable.execute(undefined, lifecycle.contextValue, variables);
    return lifecycle.respond(run, this.options.formatError);
  }

  private prepare(): Prepared {
    if (this.prepared) return this.prepared;
    const { validationRules, maxTokens, getStartedServer, getCompilerOptions } = this.options;
    const { schema, apollo } = getStartedServer();
    const { logger, cache } = apollo;
    this.prepared = {
      validationRules,
      maxTokens,
      schema,
      compilerOptions: getCompilerOptions(),
      server: { logger, cache, schema },
    };
    return this.prepared;
  }
}

/** What all requests have in common. */
interface Prepared extends PreparationOptions {
  readonly server: StartedServer['apollo'] & Pick<StartedServer, 'schema'>;
}

interface FastPathExecution {
  readonly document: TrustedDocument;
  readonly operation: PreparedOperation;
  readonly parameters: GraphQLParameters;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly mediaType: string;
  readonly request: FastifyRequest;
}

function isMutation({ operation: { operation } }: PreparedOperation): boolean {
  return operation === OperationTypeNode.MUTATION;
}

/** Executions of one operation with the same key have the same response. The caller's part may contain line breaks, so it is last. */
function toCoalescingKey({ parameters, variables, mediaType }: FastPathExecution, key: string): string {
  return `${mediaType}\n${parameters.variables === undefined ? '' : JSON.stringify(variables)}\n${key}`;
}

/** An error after a mutation was executed, or may have been. It must not be executed again by the standard pipeline. */
class MutationExecuted extends Error {
  constructor(cause: unknown) {
    super('The mutation was executed', { cause });
  }
}

/** An invalid token, or a plugin that throws: the standard pipeline reports the error in Apollo Server's form. */
function fallBackUnlessMutated(error: unknown): undefined {
  if (error instanceof MutationExecuted) throw error.cause;
}
