import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const documents = new Map<string, string>();

/**
 * The body of a request for a document. With TRUSTED_DOCUMENTS set to a folder, as `npm run test:trusted` does, the document
 * is written to a manifest there, and is requested by its hash.
 */
export function toRequestBody(query: string, variables: object): object {
  const folder = process.env['TRUSTED_DOCUMENTS'];
  if (folder === undefined || query === '') return { query, variables };
  const hash = createHash('sha256').update(query).digest('hex');
  if (!documents.has(hash)) {
    documents.set(hash, query);
    // Each process has a manifest of its own, and no reader sees half of it.
    const file = join(folder, `${process.pid}.json`);
    writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(documents)));
    renameSync(`${file}.new`, file);
  }
  return { documentId: `sha256:${hash}`, variables };
}
