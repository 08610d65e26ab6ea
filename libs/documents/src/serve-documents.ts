import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { ApolloServer, ApolloServerPlugin, BaseContext, HTTPGraphQLRequest } from '@apollo/server';
import type { PlanOptions } from '@bff/plan';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode } from 'graphql';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import { askedOf, rewritten, unknownDocument } from './asked.js';
import type { Asked } from './asked.js';
import { errorsOf } from './errors.js';
import type { FormatError } from './errors.js';
import { HangUp } from './hang-up.js';
import type { KnownDocument, Preparation, PreparedOperation } from './known-document.js';
import { isPromise } from './maybe-promise.js';
import type { MaybePromise } from './maybe-promise.js';
import { mediaTypeFor } from './media-type.js';
import { PluginRun } from './plugin-run.js';
import { SharedAnswers } from './shared-answers.js';
import type { TrustedDocuments } from './trusted-documents.js';

export interface DocumentsOptions<Context extends BaseContext> {
  /** Where GraphQL is served, for example `/graphql`. */
  readonly path: string;
  readonly trusted: TrustedDocuments;
  /** Whether documents that are not trusted are answered, too: the ordinary way. */
  readonly acceptUnknown: boolean;
  /** Who asks: identical queries of one audience that are in flight are answered once. Undefined for who shares with nobody. */
  readonly audienceOf: (headers: IncomingHttpHeaders) => MaybePromise<string | undefined>;
  readonly contextOf: (headers: IncomingHttpHeaders, hangUp: HangUp) => MaybePromise<Context>;
  readonly formatError: FormatError;
  readonly plugins: readonly ApolloServerPlugin<Context>[];
  readonly validationRules: readonly ValidationRule[];
  readonly maxTokens: number;
  readonly plan: () => PlanOptions;
  /** What there is once the server has started; asked for once. */
  readonly started: () => Started;
}

export interface Started {
  readonly schema: GraphQLSchema;
  readonly apollo: Pick<ApolloServer, 'logger' | 'cache'>;
}

/** What goes back to a client. */
interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly text: string;
}

/**
 * Finds the trusted document that a request names, by its hash or by its whole text. It is answered at once: what can be known
 * of it without the request was found out once. Everything else (`@defer`, what is wrong) goes the ordinary way, with the document
 * in place of its hash. To be called before the routes are made.
 */
export function serveDocuments<Context extends BaseContext>(
  server: FastifyInstance,
  options: DocumentsOptions<Context>,
): void {
  const documents = new Documents(options);
  // Promises on this way are paid for by every request: what is there already is taken at once.
  server.addHook('preHandler', (request, reply) =>
    request.routeOptions.url === options.path ? documents.serve(request, reply) : ANOTHER_ROUTE,
  );
}

/** Nothing is done. */
const ANOTHER_ROUTE = Promise.resolve();

class Documents<Context extends BaseContext> {
  private readonly shared = new WeakMap<PreparedOperation, SharedAnswers<Answer>>();
  private prepared: Ready | undefined;

  constructor(private readonly options: DocumentsOptions<Context>) {}

  /** Sends the answer, unless the request goes the ordinary way. */
  async serve(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const asked = askedOf(request);
    if (!asked) return undefined;
    const { trusted, acceptUnknown } = this.options;
    const known = trusted.known(asked) ?? (await trusted.find(asked, acceptUnknown));
    if (!known) return acceptUnknown ? undefined : sent(reply, this.refusal(request, asked));
    let answer: Answer | undefined;
    try {
      answer = request.method === 'POST' ? await this.atOnce(known, asked, request, reply) : undefined;
    } catch (error) {
      if (error instanceof AfterMutation) throw error.cause;
      // A token that is none of ours, or a plugin that says no: the ordinary way tells it in its own words.
    }
    if (answer) return sent(reply, answer);
    if (asked.hash !== undefined) rewritten(request, known.text);
    return undefined;
  }

  private atOnce(
    known: KnownDocument,
    asked: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Answer> | undefined {
    const type = mediaTypeFor(request.headers.accept);
    const prepared = type === undefined ? undefined : known.prepared(asked.operationName, this.ready());
    const variables = prepared?.plan.variables(asked.variables);
    if (!prepared || !variables || type === undefined) return undefined;
    const execution = { known, prepared, asked, variables, type, request };
    const hangUp = HangUp.of(reply.raw);
    // A mutation is everybody's own.
    if (prepared.operation.operation !== OperationTypeNode.QUERY) return this.executed(execution, hangUp);
    const audience = this.options.audienceOf(request.headers);
    return isPromise(audience)
      ? audience.then((one) => this.among(one, execution, hangUp))
      : this.among(audience, execution, hangUp);
  }

  private among(audience: string | undefined, execution: Execution, hangUp: HangUp): Promise<Answer> {
    if (audience === undefined) return this.executed(execution, hangUp);
    const { prepared } = execution;
    let shared = this.shared.get(prepared);
    if (!shared) this.shared.set(prepared, (shared = new SharedAnswers()));
    return shared.join(keyOf(execution, audience), (until) => this.executed(execution, until), hangUp);
  }

  private async executed(execution: Execution, hangUp: HangUp): Promise<Answer> {
    const { known, prepared, asked, variables, type, request } = execution;
    const { plugins, formatError, contextOf } = this.options;
    const context = contextOf(request.headers, hangUp);
    const contextValue = isPromise(context) ? await context : context;
    const execute = () => prepared.plan.execute(undefined, contextValue, variables);
    const { operationName, variables: given } = asked;
    const begun = PluginRun.begin(
      plugins,
      {
        ...{ base: this.ready().base, source: known.text, queryHash: known.hash },
        ...{ operationName, variables: given, http: () => httpOf(request), contextValue },
      },
      prepared,
    );
    const run = isPromise(begun) ? await begun : begun;
    try {
      const result = run.execute(execute, formatError);
      const told = run.sent(isPromise(result) ? await result : result);
      const { singleResult, status, headers } = isPromise(told) ? await told : told;
      const { errors, data, extensions } = singleResult;
      // As Apollo Server's, but for the line break at its end: it would cost a copy of the whole text.
      const text = JSON.stringify({ errors, data, extensions });
      return { status, text, headers: [['content-type', type], ...headers] };
    } catch (cause) {
      throw prepared.operation.operation === OperationTypeNode.MUTATION ? new AfterMutation(cause) : cause;
    }
  }

  private ready(): Ready {
    if (this.prepared) return this.prepared;
    const { validationRules, maxTokens, started, plan } = this.options;
    const { schema, apollo } = started();
    const { logger, cache } = apollo;
    this.prepared = { validationRules, maxTokens, schema, plan: plan(), base: { logger, cache, schema } };
    return this.prepared;
  }

  private refusal(request: FastifyRequest, asked: Asked): Answer {
    return {
      status: 400,
      headers: [['content-type', mediaTypeFor(request.headers.accept) ?? 'application/json; charset=utf-8']],
      text: `${JSON.stringify(errorsOf([unknownDocument(asked)], this.options.formatError))}\n`,
    };
  }
}

/** What all requests have in common. */
interface Ready extends Preparation {
  readonly base: Started['apollo'] & Pick<Started, 'schema'>;
}

interface Execution {
  readonly known: KnownDocument;
  readonly prepared: PreparedOperation;
  readonly asked: Asked;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly type: string;
  readonly request: FastifyRequest;
}

/**
 * What makes two executions of one operation the same. An audience may hold anything, so it comes last; nothing before it has line
 * breaks.
 */
function keyOf({ asked, variables, type }: Execution, audience: string): string {
  return `${type}\n${asked.variables === undefined ? '' : JSON.stringify(variables)}\n${audience}`;
}

/** Something went wrong when a mutation was done, or may have been: it is not done once more. */
class AfterMutation extends Error {
  constructor(cause: unknown) {
    super('A mutation was executed', { cause });
  }
}

function sent(reply: FastifyReply, { status, headers, text }: Answer): FastifyReply {
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  return reply.send(text);
}

function httpOf({ method, headers, body }: FastifyRequest): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return { method, headers: map, search: '', body };
}
