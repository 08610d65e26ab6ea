/** The maximum nesting: no contract nests deeper. Protects the stack from a malicious body. */
const MAX_DEPTH = 16;

/**
 * Explains why PostgreSQL cannot store a value that came over the wire, for example "body.reason holds a NUL character";
 * undefined when it can.
 */
export function explainUnstorable(value: unknown, where: string, depth = 0): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return `${where} holds a NUL character`;
    return value.isWellFormed() ? undefined : `${where} holds half of a surrogate pair`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === MAX_DEPTH) return `${where} is nested too deep`;
  for (const [name, inner] of Object.entries(value)) {
    const why = explainUnstorable(inner, `${where}.${name}`, depth + 1);
    if (why !== undefined) return why;
  }
  return undefined;
}
