import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { printCode } from './print-code.js';

const PAGE = 'docs/how-a-query-becomes-an-answer.md';
const MARKERS = ['<!-- code -->', '<!-- /code -->'] as const;

describe('the code of a query', () => {
  it(`is that of ${PAGE}; \`npm run generate:docs\` writes it there`, async () => {
    const page = readFileSync(PAGE, 'utf8');
    const [before = '', rest = ''] = page.split(MARKERS[0]);
    const [block = '', after = ''] = rest.split(MARKERS[1]);
    const query = /```graphql\n([^`]*)```/.exec(block)?.[1] ?? '';
    const code = await printCode(query, {});
    const expected = [
      `${before}${MARKERS[0]}`,
      `\`\`\`graphql\n${query}\`\`\``,
      // The command prints it as it is, and so does the page.
      `<!-- prettier-ignore -->\n\`\`\`js\n${code}\n\`\`\``,
      `${MARKERS[1]}${after}`,
    ].join('\n\n');
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, expected);
    expect(readFileSync(PAGE, 'utf8')).toBe(expected);
  });

  it.each([
    ['a syntax error', '{ a', 'Syntax Error: Expected Name'],
    ['an unknown field', '{ accountPage { nothing } }', 'Cannot query field "nothing"'],
    ['several operations', 'query A { accountPage { id } } query B { accountPage { id } }', 'exactly one is expected'],
    ['a mutation', 'mutation { cancelOrder(input: { orderId: "o" }) { __typename } }', 'Only queries are compiled'],
    ['introspection', '{ __schema { types { name } } }', 'graphql-js executes this operation'],
    ['a missing condition', 'query ($x: Boolean!) { accountPage { id @skip(if: $x) } }', 'A variable is missing'],
  ])('is not printed for %s, and the error says so', async (_, query, message) => {
    await expect(printCode(query, {})).rejects.toThrow(message);
  });
});
