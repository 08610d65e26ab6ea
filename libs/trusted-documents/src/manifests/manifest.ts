/** A manifest that cannot be used; the message says which, and what is expected. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** The marks of the other shape of a manifest: a list of operations. */
const LIST_FORMAT = 'apollo-persisted-query-manifest';

/**
 * The documents of a manifest by their hash. Two shapes are read, as the builds of frontends write them: an object of hash to
 * document (Relay, GraphQL Code Generator), and the list of operations of Apollo's generator. Throws ManifestError.
 */
export function readManifest(text: string, name: string): ReadonlyMap<string, string> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new ManifestError(`${name} is no JSON: ${String(cause)}`, { cause });
  }
  if (!isRecord(manifest)) throw expected(name, 'an object of hash to document');
  if (manifest['format'] === LIST_FORMAT) return fromList(manifest['operations'], name);
  return fromEntries(Object.entries(manifest), name);
}

function fromList(operations: unknown, name: string): ReadonlyMap<string, string> {
  if (!Array.isArray(operations)) throw expected(name, 'a list "operations"');
  const entries = operations.map((operation: unknown, nth) => {
    const { id, body } = isRecord(operation) ? operation : {};
    if (typeof id !== 'string') throw expected(name, `an "id" in operations[${nth}]`);
    return [id, body] as const;
  });
  return fromEntries(entries, name);
}

function fromEntries(entries: readonly (readonly [string, unknown])[], name: string): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  for (const [hash, document] of entries) {
    if (typeof document !== 'string' || document === '') throw expected(name, `the text of a document at "${hash}"`);
    const known = documents.get(bare(hash));
    if (known !== undefined && known !== document) throw expected(name, `one document at "${hash}", not two`);
    documents.set(bare(hash), document);
  }
  return documents;
}

/** Some name the algorithm before the hash, and some do not. */
export function bare(hash: string): string {
  return hash.startsWith('sha256:') ? hash.slice('sha256:'.length) : hash;
}

function expected(name: string, what: string): ManifestError {
  return new ManifestError(`${name} is no manifest of documents: ${what} is expected.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
