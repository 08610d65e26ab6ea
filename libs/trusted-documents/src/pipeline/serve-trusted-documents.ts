import type { BaseContext } from '@apollo/server';
import { isPromise } from '@bff/kernel';
import type { MaybePromise } from '@bff/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TrustedDocument } from '../manifests/trusted-document.js';
import type { TrustedDocuments } from '../manifests/trusted-documents.js';
import { FastPath } from './fast-path.js';
import type { FastPathOptions } from './fast-path.js';
import { formatErrors } from './format-errors.js';
import { sendHttpResponse } from './http-response.js';
import type { HttpResponse } from './http-response.js';
import { JSON_TYPE, negotiateMediaType } from './negotiate-media-type.js';
import { parseRequest, replaceHashWithText } from './parse-request.js';
import type { GraphQLParameters } from './parse-request.js';
import { createUntrustedDocumentError } from './untrusted-document-error.js';

export interface TrustedDocumentsOptions<Context extends BaseContext> extends FastPathOptions<Context> {
  /** Where GraphQL is served, for example `/graphql`. */
  readonly path: string;
  readonly documents: TrustedDocuments;
  /** Whether the standard pipeline executes documents that are not trusted. */
  readonly allowUntrusted: boolean;
  /** False leads every request through the standard pipeline. */
  readonly fastPath: boolean;
}

/**
 * Finds the trusted document that a request names, by its hash or by its whole text. The fast path responds if it can; otherwise
 * the request goes to the standard pipeline (Apollo Server and graphql-js), with the document in place of its hash. Call it before
 * routes are added.
 */
export function serveTrustedDocuments<Context extends BaseContext>(
  server: FastifyInstance,
  options: TrustedDocumentsOptions<Context>,
): void {
  const router = new DocumentRouter(options);
  // Each promise would cost every request a turn of the event loop, so a value that is available is used without one.
  server.addHook('preHandler', (request, reply, done) => {
    const responded = request.routeOptions.url === options.path && router.respond(request, reply);
    if (responded === false) done();
    else if (isPromise(responded)) responded.then((isDone) => isDone || done(), done);
  });
}

/** Decides for each request between the fast path, the standard pipeline and a rejection. */
class DocumentRouter<Context extends BaseContext> {
  private readonly fastPath: FastPath<Context> | undefined;

  constructor(private readonly options: TrustedDocumentsOptions<Context>) {
    this.fastPath = options.fastPath ? new FastPath(options) : undefined;
  }

  /** True when the response was sent; false when the request goes to the standard pipeline. */
  respond(request: FastifyRequest, reply: FastifyReply): MaybePromise<boolean> {
    const parameters = parseRequest(request);
    if (!parameters) return false;
    const document = this.options.documents.get(parameters);
    return document
      ? this.respondWith(document, parameters, request, reply)
      : this.respondToUnknown(parameters, request, reply);
  }

  /** The document is not in a manifest, as far as the manifests were read. */
  private async respondToUnknown(
    parameters: GraphQLParameters,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    const { documents, allowUntrusted } = this.options;
    const document = await documents.find(parameters, allowUntrusted);
    if (document) return this.respondWith(document, parameters, request, reply);
    if (allowUntrusted) return false;
    sendHttpResponse(reply, this.createRejection(request, parameters));
    return true;
  }

  private respondWith(
    document: TrustedDocument,
    parameters: GraphQLParameters,
    request: FastifyRequest,
    reply: FastifyReply,
  ): MaybePromise<boolean> {
    const finish = (response: HttpResponse | undefined): boolean => {
      if (response) sendHttpResponse(reply, response);
      else if (parameters.hash !== undefined) replaceHashWithText(request, document.text);
      return response !== undefined;
    };
    const response = this.fastPath?.tryRespond(document, parameters, request, reply);
    return isPromise(response) ? response.then(finish) : finish(response);
  }

  private createRejection(request: FastifyRequest, parameters: GraphQLParameters): HttpResponse {
    const errors = formatErrors([createUntrustedDocumentError(parameters)], this.options.formatError);
    return {
      status: 400,
      headers: [['content-type', negotiateMediaType(request.headers.accept) ?? JSON_TYPE]],
      text: `${JSON.stringify(errors)}\n`,
    };
  }
}
