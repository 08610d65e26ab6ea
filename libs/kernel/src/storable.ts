/** No contract nests deeper. A guard against a body that is made to exhaust the stack. */
const DEPTH = 16;

/**
 * What is wrong with a value that came over the wire and that PostgreSQL cannot store, for example "body.reason holds a
 * NUL character"; undefined when nothing is.
 */
export function explainUnstorable(value: unknown, where: string, depth = 0): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return `${where} holds a NUL character`;
    return value.isWellFormed() ? undefined : `${where} holds half of a surrogate pair`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === DEPTH) return `${where} is nested too deep`;
  for (const [name, inner] of Object.entries(value)) {
    const why = explainUnstorable(inner, `${where}.${name}`, depth + 1);
    if (why !== undefined) return why;
  }
  return undefined;
}
