import { describe, expect, it } from '@jest/globals';
import { ID_SCHEMA, isId } from '@bff/kernel';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readDocument, resolveReference } from './document.js';
import type { JsonSchema, OpenApiDocument } from './document.js';
import { API_NAMES } from './services.js';

/** Every property and parameter of a document that is an id or a list of ids by its name, with the schema of one id. */
function findIds(document: OpenApiDocument, node: unknown = document): readonly { name: string; schema: unknown }[] {
  if (typeof node !== 'object' || node === null) return [];
  const { name, in: place, schema, properties } = node as Readonly<Record<string, unknown>>;
  const named = Object.entries((properties ?? {}) as Readonly<Record<string, JsonSchema>>);
  if (place !== undefined) named.push([String(name), schema as JsonSchema]);
  const ids = named
    .filter(([key]) => /^ids?$|Ids?$/.test(key))
    .map(([key, value]) => ({
      name: key,
      schema: resolveReference(document, (value['items'] ?? value) as JsonSchema),
    }));
  return [...ids, ...Object.values(node).flatMap((inner) => findIds(document, inner))];
}

describe('what an id is', () => {
  it.each(API_NAMES)('is the same for the contract of %s and for isId', (api) => {
    expect(readDocument(api).components['schemas']?.['Id']).toEqual(ID_SCHEMA);
  });

  it.each(API_NAMES)('holds for every id of the contract of %s', (api) => {
    const ids = findIds(readDocument(api));
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(ids.filter(({ schema }) => JSON.stringify(schema) !== JSON.stringify(ID_SCHEMA))).toEqual([]);
  });

  const check = new Ajv2020().compile(ID_SCHEMA);
  it.each([
    ['ALFKI', true],
    ['0', true],
    ['...', true],
    ['a.', true],
    ['_:.-', true],
    ['x'.repeat(64), true],
    ['', false],
    ['.', false],
    ['..', false],
    ['x'.repeat(65), false],
    ['a b', false],
    ['a/b', false],
    ['1\n', false],
    ['é', false],
  ])('%j is an id: %s', (text, expected) => {
    expect([isId(text), check(text)]).toEqual([expected, expected]);
  });
});
