import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, isNonNullType, isObjectType } from 'graphql';
import { resolvers } from '../bff.module.js';
import { schemaText } from './schema-text.js';

/** What @ResolveField leaves on a method: the field has a resolver of its own, and so another service behind it. */
const HAS_RESOLVER = 'graphql:resolve_property';

/** `sections` says how the others fared; `status` is what the order itself says when nobody says otherwise. */
const NEVER_FAILS = ['sections', 'status'];

describe('the committed schema', () => {
  it('is the one that the code makes; `npm run schema` writes it anew', async () => {
    expect(readFileSync('apps/bff/schema.graphql', 'utf8')).toBe(await schemaText());
  });

  it('has no field across a service boundary that must not be null: one service in trouble costs its own fields alone', async () => {
    const types = buildSchema(await schemaText()).getTypeMap();
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

/** The fields that a resolver class resolves itself. */
function resolvedFields({ prototype }: { readonly prototype: unknown }): string[] {
  const methods = prototype as Readonly<Record<string, unknown>>;
  return Object.getOwnPropertyNames(prototype).filter((name) =>
    Reflect.hasMetadata(HAS_RESOLVER, methods[name] as object),
  );
}
