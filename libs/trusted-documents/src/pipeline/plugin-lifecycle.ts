import { HeaderMap } from '@apollo/server';
import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequestContext,
  GraphQLRequestExecutionListener,
  GraphQLRequestListener,
  GraphQLResponse,
} from '@apollo/server';
import type { OperationResult } from '@bff/graphql-compiler';
import { isPromise } from '@bff/kernel';
import type { MaybePromise } from '@bff/kernel';
import type { FormattedExecutionResult } from 'graphql';
import type { PreparedOperation } from '../manifests/trusted-document.js';
import { formatErrors } from './format-errors.js';
import type { FormatError } from './format-errors.js';
import { PluginGraphQLRequest } from './plugin-request.js';
import type { PluginRequest } from './plugin-request.js';

type Hook = 'didResolveSource' | 'didResolveOperation' | 'didEncounterErrors' | 'willSendResponse';

type SingleResult = FormattedExecutionResult<Record<string, unknown>>;

/** The response after all plugins have seen it. */
export interface PluginResult {
  readonly singleResult: SingleResult;
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
}

/** The listeners of each request that Apollo Server processes. */
const trackedListeners = new WeakMap<object, GraphQLRequestListener<BaseContext>[]>();

/** The same plugin, with its listeners tracked: a compiled query replaces Apollo Server's execution, and must call them. */
export function trackListeners<Context extends BaseContext>(
  plugin: ApolloServerPlugin<Context>,
): ApolloServerPlugin<Context> {
  if (!plugin.requestDidStart) return plugin;
  return {
    ...plugin,
    requestDidStart: async (context) => {
      const listener = await plugin.requestDidStart?.(context);
      if (!listener) return undefined;
      trackedListeners.set(context, [...(trackedListeners.get(context) ?? []), listener]);
      return listener;
    },
  };
}

/**
 * Calls the hooks of Apollo Server's plugins for one request. The document is trusted and prepared, so the hooks of parsing and
 * validation are not called, as Apollo Server does not call them for a document in its document store.
 */
export class PluginLifecycle<Context extends BaseContext> {
  private constructor(
    private readonly context: GraphQLRequestContext<Context>,
    private readonly listeners: readonly GraphQLRequestListener<Context>[],
  ) {}

  /** For a request that Apollo Server processes, except its execution. */
  static attach<Context extends BaseContext>(context: GraphQLRequestContext<Context>): PluginLifecycle<Context> {
    return new PluginLifecycle<Context>(context, trackedListeners.get(context) ?? []);
  }

  /** For a request that Apollo Server never sees. Throws what a plugin throws. */
  static start<Context extends BaseContext>(
    plugins: readonly ApolloServerPlugin<Context>[],
    request: PluginRequest<Context>,
    prepared: PreparedOperation,
  ): MaybePromise<PluginLifecycle<Context>> {
    if (plugins.length > 0) return PluginLifecycle.startWithPlugins(plugins, request, prepared);
    const { contextValue } = request;
    // Without plugins nothing else of the context is read.
    return new PluginLifecycle<Context>({ contextValue } as GraphQLRequestContext<Context>, []);
  }

  private static async startWithPlugins<Context extends BaseContext>(
    plugins: readonly ApolloServerPlugin<Context>[],
    request: PluginRequest<Context>,
    { document, operation }: PreparedOperation,
  ): Promise<PluginLifecycle<Context>> {
    const { server, source, queryHash, contextValue } = request;
    const context = {
      ...server,
      request: new PluginGraphQLRequest(request),
      response: { http: { status: undefined, headers: new HeaderMap() }, body: undefined },
      contextValue,
      metrics: { persistedQueryHit: false, persistedQueryRegister: false },
      overallCachePolicy: NO_CACHE_POLICY,
      requestIsBatched: false,
      // The body is set before the first hook whose type has it.
    } as unknown as GraphQLRequestContext<Context>;
    const listeners: GraphQLRequestListener<Context>[] = [];
    for (const plugin of plugins) {
      const listener = await plugin.requestDidStart?.(context);
      if (listener) listeners.push(listener);
    }
    const lifecycle = new PluginLifecycle<Context>(context, listeners);
    Object.assign(context, { source, queryHash });
    if (lifecycle.hasHook('didResolveSource')) await lifecycle.callHook('didResolveSource');
    Object.assign(context, { document, operation, operationName: operation.name?.value ?? null });
    if (lifecycle.hasHook('didResolveOperation')) await lifecycle.callHook('didResolveOperation');
    return lifecycle;
  }

  get contextValue(): Context {
    return this.context.contextValue;
  }

  /** Executes the operation with the hooks of the execution. Apollo Server sends the result. */
  execute(run: () => MaybePromise<OperationResult>, formatError: FormatError): MaybePromise<SingleResult> {
    if (this.listeners.length > 0) return this.executeWithHooks(run, formatError);
    const result = run();
    return isPromise(result)
      ? result.then((one) => toSingleResult(one, formatError))
      : toSingleResult(result, formatError);
  }

  /** Executes the operation with all hooks up to `willSendResponse`, which may change the response. */
  respond(run: () => MaybePromise<OperationResult>, formatError: FormatError): MaybePromise<PluginResult> {
    if (this.listeners.length > 0) return this.respondWithHooks(run, formatError);
    const result = this.execute(run, formatError);
    return isPromise(result) ? result.then(toPluginResult) : toPluginResult(result);
  }

  private async executeWithHooks(
    run: () => MaybePromise<OperationResult>,
    formatError: FormatError,
  ): Promise<SingleResult> {
    const executionListeners = this.hasHook('executionDidStart') ? await this.startExecutionListeners() : [];
    const result = await run();
    if (result.errors.length > 0) {
      Object.assign(this.context, { errors: result.errors });
      await this.callHook('didEncounterErrors');
    }
    const singleResult = toSingleResult(result, formatError);
    this.context.response.body = { kind: 'single', singleResult };
    for (const listener of executionListeners.reverse()) await listener.executionDidEnd?.();
    return singleResult;
  }

  private async respondWithHooks(
    run: () => MaybePromise<OperationResult>,
    formatError: FormatError,
  ): Promise<PluginResult> {
    const singleResult = await this.executeWithHooks(run, formatError);
    const { response } = this.context;
    response.http.status = 200;
    if (this.hasHook('willSendResponse')) await this.callHook('willSendResponse');
    const { status = 200, headers } = response.http;
    // A plugin may have replaced the body.
    const { body } = response as { readonly body: GraphQLResponse['body'] };
    return { singleResult: body.kind === 'single' ? body.singleResult : singleResult, status, headers };
  }

  private hasHook(hook: Hook | 'executionDidStart'): boolean {
    return this.listeners.some((listener) => hook in listener);
  }

  private async startExecutionListeners(): Promise<GraphQLRequestExecutionListener<Context>[]> {
    const started: GraphQLRequestExecutionListener<Context>[] = [];
    for (const listener of this.listeners) {
      const executionListener = await listener.executionDidStart?.(this.context as never);
      if (executionListener) started.push(executionListener);
    }
    return started;
  }

  private async callHook(hook: Hook): Promise<void> {
    // The context has by now what the type of the hook promises.
    for (const listener of this.listeners) if (listener[hook]) await listener[hook](this.context as never);
  }
}

function toSingleResult({ errors, data }: OperationResult, formatError: FormatError): SingleResult {
  return { ...formatErrors(errors, formatError), data };
}

function toPluginResult(singleResult: SingleResult): PluginResult {
  return { singleResult, status: 200, headers: [] };
}

/** Responses have no cache hints. */
const NO_CACHE_POLICY = {
  restrict: () => undefined,
  replace: () => undefined,
  policyIfCacheable: () => null,
} satisfies Partial<GraphQLRequestContext<BaseContext>['overallCachePolicy']>;
