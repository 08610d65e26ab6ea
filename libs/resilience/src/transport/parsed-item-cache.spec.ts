import { describe, expect, it } from '@jest/globals';
import { ParsedItemCache } from './parsed-item-cache.js';

const MUCH = 100_000;
const item = (id: string, more = ''): string => `{"id":"${id}","n":1${more}}`;
const list = (...items: readonly string[]): string => `{"items":[${items.join(',')}]}`;

/** Reads a text as the client does: as a whole where it must. */
function read(items: ParsedItemCache, text: string): { readonly body: unknown; readonly isAlreadyChecked: boolean } {
  const found = items.read(text);
  found?.accept();
  return found ?? { body: JSON.parse(text), isAlreadyChecked: false };
}

describe('known items', () => {
  it('are known when all of them came before, in whatever order and company', () => {
    const items = new ParsedItemCache(MUCH);
    const first = read(items, list(item('a'), item('b')));
    const second = read(items, list(item('c'), item('b')));
    const third = read(items, list(item('b'), item('c'), item('a')));
    expect([first, second, third].map(({ isAlreadyChecked }) => isAlreadyChecked)).toEqual([false, false, true]);
    expect(third.body).toEqual(JSON.parse(list(item('b'), item('c'), item('a'))));
    const [b] = (third.body as { items: object[] }).items;
    expect(b).toBe((first.body as { items: object[] }).items[1]);
  });

  it('are never what they were when they have changed', () => {
    const items = new ParsedItemCache(MUCH);
    for (const more of ['', ',"m":1', ',"m":12', ',"m":1', ',"x":"},{\\"id\\":\\"b\\""', '']) {
      const text = list(item('a'), item('b', more), item('c'));
      expect(read(items, text).body).toEqual(JSON.parse(text));
    }
  });

  it('are not known before they were accepted', () => {
    const items = new ParsedItemCache(MUCH);
    items.read(list(item('a')));
    expect(items.read(list(item('a')))?.isAlreadyChecked).toBe(false);
  });

  it('come with what else the list says, which is looked at each time', () => {
    const items = new ParsedItemCache(MUCH);
    const text = `{"items":[${item('a')}],"totalCount":7,"nextCursor":null}`;
    read(items, text);
    expect(read(items, text)).toMatchObject({ body: JSON.parse(text), isAlreadyChecked: false });
  });

  it.each([
    ['an item with a list of its own', list(item('a', ',"parts":[{"id":"x"},{"id":"y"}]'), item('b'))],
    ['a list within the last item', list(item('a', ',"parts":[{"id":"x"}],"z":1'))],
    ['an item that begins otherwise', list(item('a'), '{"n":2}')],
    ['an item that is none', list(item('a'), '7')],
    ['items twice', `{"items":[${item('a')}],"items":[]}`],
    ['items twice, in other letters', `{"items":[${item('a')}],"it\\u0065ms":[]}`],
    ['nothing', list()],
    ['no list', '{"a":1}'],
    ['spaces', `{"items": [${item('a')}, ${item('b')}]}`],
    ['an odd name', list(item('a', ',"__proto__":{"x":1}'))],
  ])('does not mistake %s', (_, text) => {
    const items = new ParsedItemCache(MUCH);
    for (let nth = 0; nth < 3; nth++) expect(read(items, text).body).toEqual(JSON.parse(text));
  });

  it.each([
    ['a comma too many', `{"items":[${item('a')},]}`],
    ['a comma too few', `{"items":[${item('a')}${item('b')}]}`],
    ['no end', `{"items":[${item('a')}`],
    ['more than an end', `{"items":[${item('a')}]}]}`],
    ['an item without an end', `{"items":[{"id":"a","n":1,{"id":"b","n":1}]}`],
  ])('leaves %s to the parser, also after its items are known', (_, text) => {
    const items = new ParsedItemCache(MUCH);
    read(items, list(item('a'), item('b')));
    expect(items.read(text)).toBeUndefined();
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it('are forgotten when others take their place', () => {
    const items = new ParsedItemCache(100);
    read(items, list(item('first')));
    for (let nth = 0; nth < 10; nth++) read(items, list(item(`other-${nth}`)));
    expect(read(items, list(item('first'))).isAlreadyChecked).toBe(false);
    expect(read(items, list(item('other-9'))).isAlreadyChecked).toBe(true);
  });
});
