import { BoundedMap } from '@bff/kernel';

/** A list as the services write it, without spaces: `{"items":[{"id":"..."}]}`. */
const HEAD = '{"items":[';
const ITEM = '{"id":"';
const BETWEEN = '},{"id":"';
const COMMA = ',';
const LAST = '}]';
const END = ']}';

/** The longest item that is cached, in characters. */
const MAX_ITEM_CHARS = 16 * 1024;

interface Item {
  readonly text: string;
  readonly value: object;
}

export interface ParsedList {
  readonly body: unknown;
  /** True when every item comes from the cache: it was accepted before. */
  readonly isAlreadyChecked: boolean;
  /** To be called when the list keeps its contract: freezes and caches its items. */
  readonly accept: () => void;
}

/**
 * Caches the parsed items of public lists. Every call is made all the same; but an item whose text has not changed is the same
 * object again, and is not parsed. Such an item has many readers, so it is frozen.
 */
export class ParsedItemCache {
  /** By id. */
  private readonly items: BoundedMap<string, Item>;

  /** Caches items of at most `maxChars` characters together. */
  constructor(maxChars: number) {
    this.items = new BoundedMap(maxChars, ({ text }) => text.length);
  }

  /**
   * Undefined when the text does not look like a list: then it must be parsed as a whole. The end of an item is guessed; the guess
   * is right when the text up to there is JSON, or equal to a cached item.
   */
  read(text: string): ParsedList | undefined {
    if (!text.startsWith(HEAD) || !text.startsWith(ITEM, HEAD.length)) return undefined;
    const items: object[] = [];
    const fresh: Item[] = [];
    let at = HEAD.length;
    do {
      const known = this.items.get(readIdAt(text, at));
      const item = known && isAt(text, at, known) ? known : parseItemAt(text, at);
      if (!item) return undefined;
      if (item !== known) fresh.push(item);
      items.push(item.value);
      at += item.text.length + COMMA.length;
    } while (text[at - COMMA.length] === COMMA && text.startsWith(ITEM, at));
    const rest = text.slice(at - COMMA.length);
    const body = rest === END ? { items } : buildBody(rest, items);
    return body && { body, isAlreadyChecked: rest === END && fresh.length === 0, accept: () => this.add(fresh) };
  }

  private add(items: readonly Item[]): void {
    for (const { text, value } of items) {
      if (text.length > MAX_ITEM_CHARS) continue;
      // A substring would keep the whole text in memory; a copy does not.
      const copy = Buffer.from(text).toString();
      this.items.set(readIdAt(copy, 0), { text: copy, value: freezeDeeply(value) });
    }
  }
}

/** Faster than startsWith, which compares character by character. */
function isAt(text: string, at: number, item: Item): boolean {
  return text.slice(at, at + item.text.length) === item.text;
}

/** The id of the item that begins there, with its escapes. */
function readIdAt(text: string, at: number): string {
  const from = at + ITEM.length;
  return text.slice(from, text.indexOf('"', from));
}

/** The item that begins there; undefined when its end cannot be found. */
function parseItemAt(text: string, at: number): Item | undefined {
  const next = text.indexOf(BETWEEN, at);
  const end = next < 0 ? text.indexOf(LAST, at) : next;
  const piece = text.slice(at, end + 1);
  const value = end < 0 ? undefined : tryParse(piece);
  return value && { text: piece, value };
}

/** The list with its other properties, which follow the items. Undefined when the rest is no end of a list, or may have items itself. */
function buildBody(rest: string, items: readonly object[]): object | undefined {
  if (!rest.startsWith(']') || rest.includes('"items"') || rest.includes('\\')) return undefined;
  const body = tryParse(HEAD + rest);
  return body && { ...body, items };
}

/** Undefined when it is no JSON. */
function tryParse(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function freezeDeeply<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(freezeDeeply);
  return Object.freeze(value);
}
