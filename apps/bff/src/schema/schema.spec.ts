import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, isNonNullType, isObjectType } from 'graphql';
import { resolvers } from '../bff.module.js';
import { printSchemaText } from './schema-text.js';
import { findUndescribed } from './undescribed.fixture.js';

/** What @ResolveField leaves on a method: the field has a resolver of its own, and so another service behind it. */
const HAS_RESOLVER = 'graphql:resolve_property';

/** `sections` reports the failures of the others; `status` falls back to what the order itself says. */
const NEVER_FAILS = ['sections', 'status'];

describe('the committed schema', () => {
  it('is the one of the code: `npm run generate:schema` writes it', async () => {
    expect(readFileSync('apps/bff/schema.graphql', 'utf8')).toBe(await printSchemaText());
  });

  it('describes every type, field, argument, enum value and directive', async () => {
    expect(findUndescribed(buildSchema(await printSchemaText()))).toEqual([]);
  });

  it('has no field across a service boundary that must not be null: a service that fails costs its own fields alone', async () => {
    const types = buildSchema(await printSchemaText()).getTypeMap();
    // A resolver class is named for the type whose fields it resolves.
    const crossing = resolvers.flatMap((resolver) =>
      resolvedFields(resolver).map((field) => ({ type: resolver.name.replace(/Resolver$/, ''), field })),
    );
    expect(crossing).toContainEqual({ type: 'OrderPage', field: 'customer' });
    const required = crossing.filter(({ type, field }) => {
      const found = types[type];
      const definition = isObjectType(found) ? found.getFields()[field] : undefined;
      // A field that cannot be found cannot be judged.
      return !NEVER_FAILS.includes(field) && (!definition || isNonNullType(definition.type));
    });
    expect(required).toEqual([]);
  });
});

describe('what has no description', () => {
  it('is found by its schema coordinates', () => {
    const planted = buildSchema(`
      directive @planted(if: Boolean) on FIELD
      type Query { order(id: ID!): Order }
      "An order."
      type Order { id: ID! "The status." status(at: Int): Status }
      enum Status { OPEN "It is over." CLOSED }
      input Search { text: String }
      union Found = Order
    `);
    expect(findUndescribed(planted)).toEqual([
      'Query.order',
      'Query.order(id:)',
      'Order.id',
      'Order.status(at:)',
      'Status',
      'Status.OPEN',
      'Search',
      'Search.text',
      'Found',
      '@planted',
      '@planted(if:)',
    ]);
  });
});

/** The fields that a resolver class resolves itself. */
function resolvedFields({ prototype }: { readonly prototype: unknown }): string[] {
  const methods = prototype as Readonly<Record<string, unknown>>;
  return Object.getOwnPropertyNames(prototype).filter((name) =>
    Reflect.hasMetadata(HAS_RESOLVER, methods[name] as object),
  );
}
