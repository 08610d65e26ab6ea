import type { IncomingHttpHeaders } from 'node:http';
import type { ApolloServer, ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { PlanOptions } from '@bff/graphql-compiler';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode } from 'graphql';
import type { GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import { answerOf, send } from './response.js';
import type { Answer } from './response.js';
import { askedOf, httpOf, isJson, rewritten, unknownDocument } from './parse-request.js';
import type { Asked } from './parse-request.js';
import { errorsOf } from './format-errors.js';
import type { FormatError } from './format-errors.js';
import { HangUp } from './client-disconnect.js';
import type { KnownDocument, Preparation, PreparedOperation } from '../manifests/trusted-document.js';
import { isPromise } from './maybe-promise.js';
import type { MaybePromise } from './maybe-promise.js';
import { mediaTypeFor } from './negotiate-media-type.js';
import { PluginRun } from './plugin-lifecycle.js';
import type { Sent } from './plugin-lifecycle.js';
import { SharedAnswers } from './coalesced-responses.js';
import type { TrustedDocuments } from '../manifests/trusted-documents.js';

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
  /** False for an answer that may be too large: the standard way refuses it. */
  readonly allows: (operation: OperationDefinitionNode, variables: Asked['variables']) => boolean;
  readonly plan: () => PlanOptions;
  /** What there is once the server has started; asked for once. */
  readonly started: () => Started;
}

export interface Started {
  readonly schema: GraphQLSchema;
  readonly apollo: Pick<ApolloServer, 'logger' | 'cache'>;
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
  server.addHook('preHandler', (request, reply, done) => {
    const served = request.routeOptions.url === options.path && documents.serve(request, reply);
    if (served === false) done();
    else if (isPromise(served)) served.then((answered) => answered || done(), done);
  });
}

class Documents<Context extends BaseContext> {
  private readonly shared = new WeakMap<PreparedOperation, SharedAnswers<Answer>>();
  private prepared: Ready | undefined;

  constructor(private readonly options: DocumentsOptions<Context>) {}

  /** Sends the answer, and says so; or that the request goes the ordinary way. */
  serve(request: FastifyRequest, reply: FastifyReply): MaybePromise<boolean> {
    const asked = askedOf(request);
    if (!asked) return false;
    const known = this.options.trusted.known(asked);
    return known ? this.answered(known, asked, request, reply) : this.serveNew(asked, request, reply);
  }

  /** A document that is in no manifest, as far as they were read. */
  private async serveNew(asked: Asked, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { trusted, acceptUnknown } = this.options;
    const known = await trusted.find(asked, acceptUnknown);
    if (known) return this.answered(known, asked, request, reply);
    if (acceptUnknown) return false;
    send(reply, this.refusal(request, asked));
    return true;
  }

  private answered(
    known: KnownDocument,
    asked: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): MaybePromise<boolean> {
    const done = (answer: Answer | undefined): boolean => {
      if (answer) send(reply, answer);
      else if (asked.hash !== undefined) rewritten(request, known.text);
      return answer !== undefined;
    };
    const answer = this.tried(known, asked, request, reply);
    return isPromise(answer) ? answer.then(done, (error: unknown) => done(ordinaryAfter(error))) : done(answer);
  }

  private tried(
    known: KnownDocument,
    asked: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): MaybePromise<Answer | undefined> {
    try {
      const atOnce = request.method === 'POST' && asked.isWellFormed && isJson(request.headers);
      return atOnce ? this.atOnce(known, asked, request, reply) : undefined;
    } catch (error) {
      return ordinaryAfter(error);
    }
  }

  private atOnce(
    known: KnownDocument,
    asked: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): MaybePromise<Answer | undefined> {
    const type = mediaTypeFor(request.headers.accept);
    const prepared = type === undefined ? undefined : known.prepared(asked.operationName, this.ready());
    const variables = prepared?.plan.variables(asked.variables);
    if (!prepared || !variables || type === undefined) return undefined;
    if (!this.options.allows(prepared.operation, asked.variables)) return undefined;
    const execution = { known, prepared, asked, variables, type, request };
    const hangUp = HangUp.of(reply.raw);
    // A mutation is everybody's own.
    if (prepared.operation.operation !== OperationTypeNode.QUERY) return this.executed(execution, hangUp);
    const audience = this.options.audienceOf(request.headers);
    return isPromise(audience)
      ? audience.then((one) => this.among(one, execution, hangUp))
      : this.among(audience, execution, hangUp);
  }

  private among(audience: string | undefined, execution: Execution, hangUp: HangUp): MaybePromise<Answer> {
    if (audience === undefined) return this.executed(execution, hangUp);
    const { prepared } = execution;
    let shared = this.shared.get(prepared);
    if (!shared) this.shared.set(prepared, (shared = new SharedAnswers()));
    return shared.join(keyOf(execution, audience), (until) => this.executed(execution, until), hangUp);
  }

  private executed(execution: Execution, hangUp: HangUp): MaybePromise<Answer> {
    const context = this.options.contextOf(execution.request.headers, hangUp);
    const begun = isPromise(context)
      ? context.then((one) => this.begun(one, execution))
      : this.begun(context, execution);
    return isPromise(begun) ? this.ranOnce(begun, execution) : this.ran(begun, execution);
  }

  private begun(contextValue: Context, execution: Execution): MaybePromise<PluginRun<Context>> {
    const { known, asked, request, prepared } = execution;
    const { operationName, variables } = asked;
    return PluginRun.begin(
      this.options.plugins,
      {
        ...{ base: this.ready().base, source: known.text, queryHash: known.hash },
        ...{ operationName, variables, http: () => httpOf(request), contextValue },
      },
      prepared,
    );
  }

  private async ranOnce(begun: Promise<PluginRun<Context>>, execution: Execution): Promise<Answer> {
    const answer = this.ran(await begun, execution);
    return isPromise(answer) ? await answer : answer;
  }

  private ran(run: PluginRun<Context>, execution: Execution): MaybePromise<Answer> {
    if (execution.prepared.operation.operation === OperationTypeNode.MUTATION) return this.mutated(run, execution);
    const sent = this.sent(run, execution);
    return isPromise(sent) ? sent.then((one) => answerOf(one, execution.type)) : answerOf(sent, execution.type);
  }

  private async mutated(run: PluginRun<Context>, execution: Execution): Promise<Answer> {
    try {
      return answerOf(await this.sent(run, execution), execution.type);
    } catch (cause) {
      throw new AfterMutation(cause);
    }
  }

  private sent(run: PluginRun<Context>, { prepared, variables }: Execution): MaybePromise<Sent> {
    const execute = () => prepared.plan.execute(undefined, run.contextValue, variables);
    return run.sent(execute, this.options.formatError);
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

/** A token that is none of ours, or a plugin that says no: the ordinary way tells it in its own words. */
function ordinaryAfter(error: unknown): undefined {
  if (error instanceof AfterMutation) throw error.cause;
}
