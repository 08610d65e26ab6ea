export { fromParts, isJson, unknownDocument } from './asked.js';
export { compiling } from './compiled.plugin.js';
export { serveDocuments } from './serve-documents.js';
export type { DocumentsOptions } from './serve-documents.js';
export { TrustedDocuments } from './trusted-documents.js';
export { ManifestError, readManifest } from './manifest.js';
