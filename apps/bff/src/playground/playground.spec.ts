import { afterEach, describe, expect, it } from '@jest/globals';
import { buildSchema, Kind, parse, validate } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { startBffUnderTest } from '../bff.fixture.js';
import type { BffUnderTest } from '../bff.fixture.js';
import { schemaText } from '../schema/schema-text.js';
import { exampleOperations } from './playground.plugin.js';

let bff: BffUnderTest | undefined;
afterEach(async () => {
  await bff?.close();
  bff = undefined;
});

const open = async (env: Record<string, string> = {}) => {
  bff = await startBffUnderTest({}, env);
  return fetch(bff.url, { headers: { accept: 'text/html' } });
};

describe('the playground', () => {
  it('is one page that loads nothing from elsewhere', async () => {
    const response = await open();
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain('BFF playground');
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)="(https?:)?\/\//);
  });

  it('offers a valid operation for every page and every mutation', async () => {
    const schema = buildSchema(await schemaText());
    const document = parse(exampleOperations());
    expect(validate(schema, document)).toEqual([]);
    const operations = document.definitions.filter(
      (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
    );
    const asked = operations.flatMap(({ selectionSet }) =>
      selectionSet.selections.map((node) => ('name' in node ? node.name.value : '')),
    );
    const offered = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    expect(asked.sort()).toEqual(offered.sort());
  });

  it('is not there in production, and neither is introspection', async () => {
    const response = await open({ NODE_ENV: 'production' });
    expect(await response.text()).not.toContain('BFF playground');
    const { errors } = (await bff?.ask(null, '{ __schema { queryType { name } } }')) ?? {};
    expect(errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
