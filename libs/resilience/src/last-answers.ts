/** Longer texts are not kept. */
const MAX_LENGTH = 64 * 1024;

interface Kept {
  readonly text: string;
  /** Undefined until the text has come twice. */
  readonly body: unknown;
}

/**
 * The last answers to reads. Every call is made all the same; but an answer that is letter for letter the one before is the
 * same body again, and need not be parsed. Such a body has many readers, so it is frozen.
 */
export class LastAnswers {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly most: number) {}

  /** The body of a text, and whether others have it, too. Throws what `parse` throws. */
  read(
    key: string,
    text: string,
    parse: (text: string) => unknown,
  ): { readonly body: unknown; readonly lasts: boolean } {
    const before = this.kept.get(key);
    if (before?.text === text) {
      if (before.body !== undefined) return { body: before.body, lasts: true };
      const body = frozen(parse(text));
      this.keep(key, { text, body });
      return { body, lasts: true };
    }
    const body = parse(text);
    if (text.length <= MAX_LENGTH) this.keep(key, { text, body: undefined });
    return { body, lasts: false };
  }

  private keep(key: string, answer: Kept): void {
    this.kept.delete(key);
    this.kept.set(key, answer);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.most && oldest !== undefined) this.kept.delete(oldest);
  }
}

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
