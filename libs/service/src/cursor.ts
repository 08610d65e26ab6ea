import { ContractViolation } from '@bff/contracts';
import { explainUnstorable } from '@bff/kernel';

/** A place in a sorted list, as opaque text: the sort keys of the last row that was seen. */
export function encodeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The sort keys in a cursor, `count` of them. Throws ContractViolation for text that no page gave out. */
export function decodeCursor(cursor: string, count: number): readonly string[] {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(keys) && keys.length === count && keys.every(isStorableText)) return keys;
  } catch {
    // Not JSON: it is no cursor, which is what the line below says.
  }
  throw new ContractViolation('query.after is not a cursor that a page of this list gave out');
}

function isStorableText(key: unknown): key is string {
  return typeof key === 'string' && explainUnstorable(key, 'key') === undefined;
}
