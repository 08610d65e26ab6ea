import { afterEach, describe, expect, it } from '@jest/globals';
import { buildSchema, Kind, parse, validate } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import type { ScenarioWorld } from '@bff/testing';
import { startBffWorld } from '../bff.fixture.js';
import { printSchemaText } from '../schema/schema-text.js';
import { readExampleOperations } from './playground.plugin.js';

let bff: ScenarioWorld | undefined;
afterEach(async () => {
  await bff?.close();
  bff = undefined;
});

const open = async (env: Record<string, string> = {}) => {
  bff = await startBffWorld(env);
  return fetch(bff.graphqlUrl, { headers: { accept: 'text/html' } });
};

describe('the playground', () => {
  it('is one page that loads nothing from other origins', async () => {
    const response = await open();
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain('BFF playground');
    expect(html).toContain('aria-label="Where the time went"');
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)="(https?:)?\/\//);
  });

  it('has a valid example for every page and mutation, except those for operators', async () => {
    const schema = buildSchema(await printSchemaText());
    const document = parse(readExampleOperations());
    expect(validate(schema, document)).toEqual([]);
    const operations = document.definitions.filter(
      (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
    );
    const asked = operations.flatMap(({ selectionSet }) =>
      selectionSet.selections.map((node) => ('name' in node ? node.name.value : '')),
    );
    const offered = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}).flatMap(({ name, description }) =>
        description?.startsWith('For operators') ? [] : [name],
      ),
    );
    expect(asked.sort()).toEqual(offered.sort());
  });

  it('is not served in production, and introspection is disabled there', async () => {
    const response = await open({
      NODE_ENV: 'production',
      ALLOW_UNTRUSTED_DOCUMENTS: 'true',
      FORWARD_BAGGAGE: 'false',
    });
    expect(await response.text()).not.toContain('BFF playground');
    const asked = await fetch(response.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __schema { queryType { name } } }' }),
    });
    expect(await asked.json()).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });
});
