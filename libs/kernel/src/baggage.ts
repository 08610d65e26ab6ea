/** Names and values that travel with a request through every process (the W3C header `baggage`). */
export type Baggage = Readonly<Record<string, string>>;

/** The maximum length of a baggage header, in characters; the W3C requires that at least this much is forwarded. */
export const MAX_BAGGAGE = 8_192;

/** The members of baggage that this product reads. */
export const BAGGAGE = {
  /** The scenario that a request belongs to. */
  scope: 'bff-scope',
  /** The step of a saga that makes the call, and whether it does or undoes. */
  step: 'bff-step',
  direction: 'bff-direction',
} as const;

/** Reads a baggage header. Malformed members are omitted, as the W3C requires; so are properties. */
export function readBaggage(header: string | undefined): Baggage {
  const members = (header ?? '').slice(0, MAX_BAGGAGE).split(',');
  return Object.fromEntries(
    members.flatMap((member) => {
      const [pair = ''] = member.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      const value = decode(pair.slice(at + 1).trim());
      return at > 0 && name !== '' && value !== undefined ? [[name, value] as const] : [];
    }),
  );
}

/** Formats a baggage header. */
export function writeBaggage(baggage: Baggage): string {
  return Object.entries(baggage)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join(',');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
