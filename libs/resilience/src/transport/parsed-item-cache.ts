import { BoundedMap } from '@bff/kernel';

/** A list as a service writes it: `{"items":[{"id":"...` and so on, without spaces. */
const HEAD = '{"items":[';
const ITEM = '{"id":"';
const BETWEEN = '},{"id":"';
const COMMA = ',';
const LAST = '}]';
const END = ']}';

/** Longer items are not kept. */
const MAX_LENGTH = 16 * 1024;

interface Item {
  readonly text: string;
  readonly value: object;
}

/** A list that was read. */
export interface ParsedList {
  readonly body: unknown;
  /** Every item came before, letter for letter, and was accepted then. */
  readonly isAlreadyChecked: boolean;
  /** Says that all is as it should be: its items are frozen, and known from now on. */
  readonly accept: () => void;
}

/**
 * The items of lists that everybody may see. Every call is made all the same; but an item that comes again letter for letter is
 * the same object again, and need not be parsed. Such an item has many readers, so it is frozen.
 */
export class ParsedItemCache {
  /** By id. */
  private readonly items: BoundedMap<string, Item>;

  /** Keeps items of at most `maxText` characters. */
  constructor(maxText: number) {
    this.items = new BoundedMap(maxText, ({ text }) => text.length);
  }

  /**
   * Undefined when this is not plainly a list: then it must be parsed as a whole. Where an item ends is guessed, but a piece
   * that is JSON, or was before, and stands where an item begins, is that item.
   */
  read(text: string): ParsedList | undefined {
    if (!text.startsWith(HEAD) || !text.startsWith(ITEM, HEAD.length)) return undefined;
    const items: object[] = [];
    const fresh: Item[] = [];
    let at = HEAD.length;
    do {
      const known = this.items.get(idAt(text, at));
      const item = known && standsAt(text, at, known) ? known : itemAt(text, at);
      if (!item) return undefined;
      if (item !== known) fresh.push(item);
      items.push(item.value);
      at += item.text.length + COMMA.length;
    } while (text[at - COMMA.length] === COMMA && text.startsWith(ITEM, at));
    const rest = text.slice(at - COMMA.length);
    const body = rest === END ? { items } : withItems(rest, items);
    return body && { body, isAlreadyChecked: rest === END && fresh.length === 0, accept: () => this.keep(fresh) };
  }

  private keep(items: readonly Item[]): void {
    for (const { text, value } of items) {
      if (text.length > MAX_LENGTH) continue;
      // A piece of a text keeps the whole of it in memory; a copy does not.
      const copy = Buffer.from(text).toString();
      this.items.set(idAt(copy, 0), { text: copy, value: frozen(value) });
    }
  }
}

/** A piece and a text are compared at once; startsWith goes letter by letter. */
function standsAt(text: string, at: number, item: Item): boolean {
  return text.slice(at, at + item.text.length) === item.text;
}

/** The id of the item that begins there, as it is written. */
function idAt(text: string, at: number): string {
  const from = at + ITEM.length;
  return text.slice(from, text.indexOf('"', from));
}

/** The item that begins there; undefined when its end cannot be found. */
function itemAt(text: string, at: number): Item | undefined {
  const next = text.indexOf(BETWEEN, at);
  const end = next < 0 ? text.indexOf(LAST, at) : next;
  const piece = text.slice(at, end + 1);
  const value = end < 0 ? undefined : parsed(piece);
  return value && { text: piece, value };
}

/** What follows the items, with them; undefined when that is not the end of the list, or may say items itself. */
function withItems(rest: string, items: readonly object[]): object | undefined {
  if (!rest.startsWith(']') || rest.includes('"items"') || rest.includes('\\')) return undefined;
  const body = parsed(HEAD + rest);
  return body && { ...body, items };
}

/** Undefined when it is no JSON. */
function parsed(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
