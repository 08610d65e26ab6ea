import { HeaderMap } from '@apollo/server';
import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequest,
  GraphQLRequestContext,
  GraphQLRequestListener,
  HTTPGraphQLRequest,
} from '@apollo/server';
import type { PlanResult } from '@bff/plan';
import type { FormattedExecutionResult } from 'graphql';
import type { PreparedOperation } from './known-document.js';

/** What a plugin is told of a request besides the operation. */
export interface PluginRequest<Context extends BaseContext> {
  readonly base: Pick<GraphQLRequestContext<Context>, 'logger' | 'cache' | 'schema'>;
  readonly source: string;
  readonly queryHash: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly http: () => HTTPGraphQLRequest;
  readonly contextValue: Context;
}

/** What listens to each request that Apollo Server works on. */
const listening = new WeakMap<object, GraphQLRequestListener<BaseContext>[]>();

/** The same plugin; what it listens with is known, so that code that takes the place of Apollo's execution can tell it. */
export function heard<Context extends BaseContext>(plugin: ApolloServerPlugin<Context>): ApolloServerPlugin<Context> {
  const { requestDidStart } = plugin;
  if (!requestDidStart) return plugin;
  return {
    ...plugin,
    requestDidStart: async (context) => {
      const listener = await requestDidStart.call(plugin, context);
      if (!listener) return undefined;
      const known = listening.get(context) ?? [];
      listening.set(context, [...known, listener as GraphQLRequestListener<BaseContext>]);
      return listener;
    },
  };
}

/**
 * The life of one request as Apollo Server's plugins see it. The document is known, so that nothing of it is parsed or
 * validated, as on Apollo's own way when a document has come before.
 */
export class PluginRun<Context extends BaseContext> {
  private constructor(
    private readonly context: GraphQLRequestContext<Context>,
    private readonly listeners: readonly GraphQLRequestListener<Context>[],
  ) {}

  /** Of a request that Apollo Server works on; only its execution is ours. */
  static of<Context extends BaseContext>(context: GraphQLRequestContext<Context>): PluginRun<Context> {
    return new PluginRun<Context>(context, listening.get(context) ?? []);
  }

  /** Of a request that is all ours. Throws what a plugin throws. */
  static async begin<Context extends BaseContext>(
    plugins: readonly ApolloServerPlugin<Context>[],
    request: PluginRequest<Context>,
    { document, operation }: PreparedOperation,
  ): Promise<PluginRun<Context>> {
    const { base, source, queryHash, contextValue } = request;
    const context = {
      ...base,
      request: new PluginGraphQLRequest(request),
      response: { http: { status: undefined, headers: new HeaderMap() }, body: undefined },
      contextValue,
      metrics: { persistedQueryHit: false, persistedQueryRegister: false },
      overallCachePolicy: UNCACHED,
      requestIsBatched: false,
      // A body is there by the time that a hook says so.
    } as unknown as GraphQLRequestContext<Context>;
    const begun = await Promise.all(plugins.map((plugin) => plugin.requestDidStart?.(context)));
    const run = new PluginRun<Context>(
      context,
      begun.filter((listener) => listener !== undefined),
    );
    Object.assign(context, { source, queryHash });
    await run.all((listener) => listener.didResolveSource?.(context as never));
    Object.assign(context, { document, operation, operationName: operation.name?.value ?? null });
    await run.all((listener) => listener.didResolveOperation?.(context as never));
    return run;
  }

  /** Executes it, and tells of its errors. */
  async execute(run: () => PlanResult | Promise<PlanResult>): Promise<PlanResult> {
    if (this.listeners.length === 0) return run();
    const context = this.context as never;
    const begun = await Promise.all(this.listeners.map((listener) => listener.executionDidStart?.(context)));
    const result = await run();
    if (result.errors.length > 0) {
      Object.assign(this.context, { errors: result.errors });
      await this.all((listener) => listener.didEncounterErrors?.(context));
    }
    for (const listener of begun.reverse()) await listener?.executionDidEnd?.();
    return result;
  }

  /** What is sent, after every plugin has seen it. */
  async sent(singleResult: FormattedExecutionResult<Record<string, unknown>>): Promise<Sent> {
    if (this.listeners.length === 0) return { singleResult, status: 200, headers: [] };
    const { response } = this.context;
    response.http.status = 200;
    response.body = { kind: 'single', singleResult };
    await this.all((listener) => listener.willSendResponse?.(this.context as never));
    const { status = 200, headers } = response.http;
    return { singleResult, status, headers };
  }

  private async all(hook: (listener: GraphQLRequestListener<Context>) => Promise<void> | undefined): Promise<void> {
    if (this.listeners.length > 0) await Promise.all(this.listeners.map(hook));
  }
}

/** The request as plugins see it. Most never look at its headers. */
class PluginGraphQLRequest implements GraphQLRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;

  constructor(
    private readonly asked: Pick<PluginRequest<BaseContext>, 'source' | 'operationName' | 'variables' | 'http'>,
  ) {
    const { source, operationName, variables } = asked;
    this.query = source;
    if (operationName !== undefined) this.operationName = operationName;
    if (variables) this.variables = { ...variables };
  }

  // On the class: one in an object literal would make a hidden class for each request, and keep it.
  get http(): HTTPGraphQLRequest {
    return this.asked.http();
  }
}

/** What goes back to the client. */
export interface Sent {
  readonly singleResult: FormattedExecutionResult<Record<string, unknown>>;
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
}

/** Nothing of ours is cached by hints. */
const UNCACHED = {
  restrict: () => undefined,
  replace: () => undefined,
  policyIfCacheable: () => null,
} satisfies Partial<GraphQLRequestContext<BaseContext>['overallCachePolicy']>;
