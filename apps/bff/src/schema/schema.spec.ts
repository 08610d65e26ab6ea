import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { schemaText } from './schema-text.js';

describe('the committed schema', () => {
  it('is the one that the code makes; `npm run schema` writes it anew', async () => {
    expect(readFileSync('apps/bff/schema.graphql', 'utf8')).toBe(await schemaText());
  });
});
