import { HeaderMap } from '@apollo/server';
import type {
  ApolloServerPlugin,
  BaseContext,
  GraphQLRequest,
  GraphQLRequestContext,
  GraphQLRequestExecutionListener,
  GraphQLRequestListener,
  GraphQLResponse,
  HTTPGraphQLRequest,
} from '@apollo/server';
import type { PlanResult } from '@bff/graphql-compiler';
import type { FormattedExecutionResult } from 'graphql';
import { errorsOf } from './format-errors.js';
import type { FormatError } from './format-errors.js';
import type { PreparedOperation } from '../manifests/trusted-document.js';
import { isPromise } from './maybe-promise.js';
import type { MaybePromise } from './maybe-promise.js';

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

type Hook = 'didResolveSource' | 'didResolveOperation' | 'didEncounterErrors' | 'willSendResponse';

/** What listens to each request that Apollo Server works on. */
const listening = new WeakMap<object, GraphQLRequestListener<BaseContext>[]>();

/** The same plugin; what it listens with is known, so that code that takes the place of Apollo's execution can tell it. */
export function heard<Context extends BaseContext>(plugin: ApolloServerPlugin<Context>): ApolloServerPlugin<Context> {
  if (!plugin.requestDidStart) return plugin;
  return {
    ...plugin,
    requestDidStart: async (context) => {
      const listener = await plugin.requestDidStart?.(context);
      if (!listener) return undefined;
      const known = listening.get(context) ?? [];
      listening.set(context, [...known, listener]);
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
  static begin<Context extends BaseContext>(
    plugins: readonly ApolloServerPlugin<Context>[],
    request: PluginRequest<Context>,
    prepared: PreparedOperation,
  ): MaybePromise<PluginRun<Context>> {
    // Nobody looks.
    if (plugins.length === 0) {
      const { contextValue } = request;
      return new PluginRun<Context>({ contextValue } as GraphQLRequestContext<Context>, []);
    }
    return PluginRun.seen(plugins, request, prepared);
  }

  private static async seen<Context extends BaseContext>(
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
    const listeners: GraphQLRequestListener<Context>[] = [];
    for (const plugin of plugins) {
      const listener = await plugin.requestDidStart?.(context);
      if (listener) listeners.push(listener);
    }
    const run = new PluginRun<Context>(context, listeners);
    Object.assign(context, { source, queryHash });
    if (run.listensTo('didResolveSource')) await run.tell('didResolveSource');
    Object.assign(context, { document, operation, operationName: operation.name?.value ?? null });
    if (run.listensTo('didResolveOperation')) await run.tell('didResolveOperation');
    return run;
  }

  get contextValue(): Context {
    return this.context.contextValue;
  }

  /** Executes it, and tells of its errors; comes to what is sent, as far as no plugin changes it. */
  execute(run: () => MaybePromise<PlanResult>, formatError: FormatError): MaybePromise<SingleResult> {
    if (this.listeners.length > 0) return this.watched(run, formatError);
    const result = run();
    return isPromise(result)
      ? result.then((one) => singleResultOf(one, formatError))
      : singleResultOf(result, formatError);
  }

  /** Executes it; comes to what is sent, after every plugin has seen it. */
  sent(run: () => MaybePromise<PlanResult>, formatError: FormatError): MaybePromise<Sent> {
    if (this.listeners.length > 0) return this.shown(run, formatError);
    const result = this.execute(run, formatError);
    return isPromise(result) ? result.then(untouched) : untouched(result);
  }

  private async watched(run: () => MaybePromise<PlanResult>, formatError: FormatError): Promise<SingleResult> {
    const ends = this.listensTo('executionDidStart') ? await this.executing() : [];
    const result = await run();
    if (result.errors.length > 0) {
      Object.assign(this.context, { errors: result.errors });
      await this.tell('didEncounterErrors');
    }
    const singleResult = singleResultOf(result, formatError);
    this.context.response.body = { kind: 'single', singleResult };
    for (const listener of ends.reverse()) await listener.executionDidEnd?.();
    return singleResult;
  }

  private async shown(run: () => MaybePromise<PlanResult>, formatError: FormatError): Promise<Sent> {
    const singleResult = await this.watched(run, formatError);
    const { response } = this.context;
    response.http.status = 200;
    if (this.listensTo('willSendResponse')) await this.tell('willSendResponse');
    const { status = 200, headers } = response.http;
    // A plugin may have put another one in its place.
    const { body } = response as { readonly body: GraphQLResponse['body'] };
    return { singleResult: body.kind === 'single' ? body.singleResult : singleResult, status, headers };
  }

  private listensTo(hook: Hook | 'executionDidStart'): boolean {
    return this.listeners.some((listener) => hook in listener);
  }

  private async executing(): Promise<GraphQLRequestExecutionListener<Context>[]> {
    const ends: GraphQLRequestExecutionListener<Context>[] = [];
    for (const listener of this.listeners) {
      const end = await listener.executionDidStart?.(this.context as never);
      if (end) ends.push(end);
    }
    return ends;
  }

  private async tell(hook: Hook): Promise<void> {
    // What the context holds by now is what the hook is promised.
    for (const listener of this.listeners) if (listener[hook]) await listener[hook](this.context as never);
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

type SingleResult = FormattedExecutionResult<Record<string, unknown>>;

function singleResultOf({ errors, data }: PlanResult, formatError: FormatError): SingleResult {
  return { ...errorsOf(errors, formatError), data };
}

/** What goes back to the client. */
export interface Sent {
  readonly singleResult: SingleResult;
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
}

/** What no plugin has looked at. */
function untouched(singleResult: SingleResult): Sent {
  return { singleResult, status: 200, headers: [] };
}

/** Nothing of ours is cached by hints. */
const UNCACHED = {
  restrict: () => undefined,
  replace: () => undefined,
  policyIfCacheable: () => null,
} satisfies Partial<GraphQLRequestContext<BaseContext>['overallCachePolicy']>;
