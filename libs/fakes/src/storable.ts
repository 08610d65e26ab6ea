/**
 * What is wrong with a part of a request that keeps its contract and yet could not be stored by the service's database, for
 * example "body.reason holds a NUL character"; undefined when nothing is. A fake could store it, and must not.
 */
export function whyNotStorable(value: unknown, where: string): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return `${where} holds a NUL character`;
    return value.isWellFormed() ? undefined : `${where} holds half of a surrogate pair`;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const why = whyNotStorable(inner, `${where}.${name}`);
    if (why !== undefined) return why;
  }
  return undefined;
}
