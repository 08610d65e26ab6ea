import { HeaderMap } from '@apollo/server';
import type { BaseContext, GraphQLRequest, GraphQLRequestContext, HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyRequest } from 'fastify';

/** A request as the plugins of Apollo Server need it. */
export interface PluginRequest<Context extends BaseContext> {
  readonly server: Pick<GraphQLRequestContext<Context>, 'logger' | 'cache' | 'schema'>;
  readonly source: string;
  readonly queryHash: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly getHttpRequest: () => HTTPGraphQLRequest;
  readonly contextValue: Context;
}

/** The `request` of a plugin's context. Few plugins read its headers, so they are converted when they are read. */
export class PluginGraphQLRequest implements GraphQLRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;

  constructor(
    private readonly request: Pick<
      PluginRequest<BaseContext>,
      'source' | 'operationName' | 'variables' | 'getHttpRequest'
    >,
  ) {
    const { source, operationName, variables } = request;
    this.query = source;
    if (operationName !== undefined) this.operationName = operationName;
    if (variables) this.variables = { ...variables };
  }

  // On the class: a getter in an object literal would create a hidden class for each request, and keep it.
  get http(): HTTPGraphQLRequest {
    return this.request.getHttpRequest();
  }
}

/** The HTTP request as Apollo Server passes it to plugins. */
export function toHttpGraphQLRequest({ method, headers, body }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return { method, headers: map, search: '', body };
}
