import { ContractViolation } from '@bff/contracts';
import { explainUnstorable } from '@bff/kernel';

/** Encodes a cursor: the sort keys of the last row of a page, as opaque text. */
export function encodeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** Decodes the sort keys of a cursor, `count` of them. Throws ContractViolation for a cursor that no page returned. */
export function decodeCursor(cursor: string, count: number): readonly string[] {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(keys) && keys.length === count && keys.every(isStorableText)) return keys;
  } catch {
    // Not JSON: rejected below.
  }
  throw new ContractViolation('query.after is not a cursor that a page of this list gave out');
}

function isStorableText(key: unknown): key is string {
  return typeof key === 'string' && explainUnstorable(key, 'key') === undefined;
}
