/** A manifest that cannot be used. The message says which one, and what is expected. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** The `format` of a manifest that is a list of operations. */
const LIST_FORMAT = 'apollo-persisted-query-manifest';

/**
 * The documents of a manifest by their hash. Two formats are supported: an object of hash to document (Relay, GraphQL Code
 * Generator), and the list of operations of Apollo's generator. Throws ManifestError.
 */
export function parseManifest(text: string, name: string): ReadonlyMap<string, string> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new ManifestError(`${name} is not JSON: ${String(cause)}`, { cause });
  }
  if (!isRecord(manifest)) throw createManifestError(name, 'an object of hash to document');
  if (manifest['format'] === LIST_FORMAT) return parseList(manifest['operations'], name);
  return parseEntries(Object.entries(manifest), name);
}

function parseList(operations: unknown, name: string): ReadonlyMap<string, string> {
  if (!Array.isArray(operations)) throw createManifestError(name, 'a list "operations"');
  const entries = operations.map((operation: unknown, index) => {
    const { id, body } = isRecord(operation) ? operation : {};
    if (typeof id !== 'string') throw createManifestError(name, `an "id" in operations[${index}]`);
    return [id, body] as const;
  });
  return parseEntries(entries, name);
}

function parseEntries(entries: readonly (readonly [string, unknown])[], name: string): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  for (const [hash, document] of entries) {
    if (typeof document !== 'string' || document === '')
      throw createManifestError(name, `the text of a document at "${hash}"`);
    const other = documents.get(normalizeHash(hash));
    if (other !== undefined && other !== document)
      throw createManifestError(name, `one document at "${hash}", not two`);
    documents.set(normalizeHash(hash), document);
  }
  return documents;
}

/** Some clients and generators write the algorithm before the hash. */
export function normalizeHash(hash: string): string {
  return hash.startsWith('sha256:') ? hash.slice('sha256:'.length) : hash;
}

function createManifestError(name: string, expected: string): ManifestError {
  return new ManifestError(`${name} is not a manifest of documents: ${expected} is expected.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
