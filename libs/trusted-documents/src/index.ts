export { fromParts, isJson, unknownDocument } from './pipeline/parse-request.js';
export { compiling } from './apollo/compiled-queries.plugin.js';
export { serveDocuments } from './pipeline/fast-path.js';
export type { DocumentsOptions } from './pipeline/fast-path.js';
export { TrustedDocuments } from './manifests/trusted-documents.js';
export { ManifestError, readManifest } from './manifests/manifest.js';
