import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, isObjectType } from 'graphql';
import { resolvers } from './bff.module.js';
import { printSchemaText } from './schema/schema-text.js';

const files = readdirSync('apps/bff/src/pages', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.page.ts'))
  .map((file) => file.replace(/\.ts$/, ''));

describe('the pages in bff.module.ts', () => {
  it('are all pages under pages/', async () => {
    expect(files).toContain('order/order.page');
    for (const file of files) {
      const exported = Object.values((await import(`./pages/${file}.js`)) as Record<string, unknown>);
      const registered = exported.filter((one) => resolvers.some((resolver) => resolver === one));
      expect({ file, registered: registered.length }).toEqual({ file, registered: 1 });
    }
  });

  it('have each the field `sections`', async () => {
    const schema = buildSchema(await printSchemaText());
    const queries = schema.getQueryType()?.getFields() ?? {};
    for (const file of files) {
      // A page is asked for by the name of its file.
      const name = basename(file, '.page').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const type = schema.getType(String(queries[`${name}Page`]?.type).replace('!', ''));
      const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
      expect({ file, sections: fields.includes('sections') }).toEqual({ file, sections: true });
    }
  });
});
