import { GraphQLError } from 'graphql';
import type { GraphQLParameters } from './parse-request.js';

/** Maximum length of a client's hash in an error message. */
const MAX_SHOWN_HASH = 80;

/** For a document that no manifest holds, where only trusted documents are executed. */
export function createUntrustedDocumentError({ hash }: Pick<GraphQLParameters, 'hash'>): GraphQLError {
  const document =
    hash === undefined ? 'This document' : `The document ${JSON.stringify(hash.slice(0, MAX_SHOWN_HASH))}`;
  return new GraphQLError(
    `${document} is not among the trusted documents: add it to the manifest that the build of the frontend writes.`,
    { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', retryable: false } },
  );
}
