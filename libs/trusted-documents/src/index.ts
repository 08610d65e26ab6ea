export { withCompiledQueries } from './apollo/compiled-queries.plugin.js';
export { ManifestError, parseManifest } from './manifests/manifest.js';
export { TrustedDocuments } from './manifests/trusted-documents.js';
export { hasJsonBody, parseParameters } from './pipeline/parse-request.js';
export { serveTrustedDocuments } from './pipeline/serve-trusted-documents.js';
export type { TrustedDocumentsOptions } from './pipeline/serve-trusted-documents.js';
export { createUntrustedDocumentError } from './pipeline/untrusted-document-error.js';
