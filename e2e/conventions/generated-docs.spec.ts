import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@bff/config';
import { ERROR_FACTS, ERROR_KINDS, REQUEST_ERROR_FACTS } from '@bff/page';
import type { z } from 'zod';
import { bffConfig } from '../../apps/bff/src/bff.config.js';
import { catalogConfig } from '../../apps/catalog/src/catalog.config.js';
import { customerConfig } from '../../apps/customer/src/customer.config.js';
import { mocksConfig } from '../../apps/mocks/src/mocks.config.js';
import { orchestratorConfig } from '../../apps/orchestrator/src/orchestrator.config.js';
import { orderConfig } from '../../apps/order/src/order.config.js';
import { BFF_SCRIPT, BFF_START } from '../../tools/stack/bff-start.js';
import { stackConfig } from '../../tools/stack/stack.config.js';

const FILE = 'docs/configuration.md';
const MARKERS = ['<!-- table -->', '<!-- /table -->'] as const;

/** The schemas by which every process reads its environment. */
const schemas: Readonly<Record<string, z.ZodObject>> = {
  stack: stackConfig,
  bff: bffConfig,
  orchestrator: orchestratorConfig,
  order: orderConfig,
  customer: customerConfig,
  catalog: catalogConfig,
  mocks: mocksConfig,
};

interface Variable {
  readonly readers: string[];
  readonly fallback: string;
  readonly description: string;
}

function collectVariables(): ReadonlyMap<string, Variable> {
  const found = new Map<string, Variable>();
  for (const [reader, schema] of Object.entries(schemas))
    for (const [name, field] of Object.entries(schema.shape)) {
      const type = field as z.ZodType;
      const known = found.get(name);
      if (known) known.readers.push(reader);
      else found.set(name, { readers: [reader], fallback: formatFallback(type), description: getDescription(type) });
    }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An optional variable may be described inside or outside. */
function getDescription(type: z.ZodType): string {
  const inner = 'unwrap' in type && typeof type.unwrap === 'function' ? (type.unwrap() as z.ZodType) : undefined;
  return type.description ?? inner?.description ?? '';
}

function formatFallback(type: z.ZodType): string {
  const parsed = type.safeParse(undefined);
  if (!parsed.success) return 'required';
  const { data } = parsed;
  if (data === undefined) return '';
  return `\`${typeof data === 'object' ? JSON.stringify(data) : String(data)}\``;
}

function buildTable(): string {
  const rows = [...collectVariables()].map(
    ([name, { readers, fallback, description }]) =>
      `| \`${name}\` | ${fallback} | ${readers.length === Object.keys(schemas).length ? 'all' : readers.join(', ')} | ${description} |`,
  );
  return ['| variable | default | read by | what it is |', '|---|---|---|---|', ...rows].join('\n');
}

function buildErrorsTable(): string {
  const kinds = Object.entries(ERROR_KINDS).map(
    ([kind, { what, log, retried }]) => `| ${kind} | ${what} | ${log} | ${retried} |`,
  );
  const codes = Object.entries(ERROR_FACTS).map(
    ([code, { kind, cause, retryable, screen }]) =>
      `| \`${code}\` | ${kind} | ${cause} | ${retryable ? 'yes' : 'no'} | ${screen} |`,
  );
  const requests = Object.entries(REQUEST_ERROR_FACTS).map(([code, cause]) => `| \`${code}\` | ${cause} |`);
  return [
    '## Kinds of errors\n',
    '| kind | what it is | what is logged | when it is retried |',
    '|---|---|---|---|',
    ...kinds,
    '\n## Codes\n',
    '| code | kind | cause | retryable | what a screen does |',
    '|---|---|---|---|---|',
    ...codes,
    '\n## Codes of requests that are not a valid operation\n',
    'They are client errors, and none is retryable.\n',
    '| code | cause |',
    '|---|---|',
    ...requests,
  ].join('\n');
}

/** Compares the table of a document with the expected one, or writes it. */
function expectTable(file: string, table: string): void {
  const text = readFileSync(file, 'utf8');
  const [before = '', rest = ''] = text.split(MARKERS[0]);
  const after = rest.split(MARKERS[1])[1] ?? '';
  const expected = `${before}${MARKERS[0]}\n\n${table}\n\n${MARKERS[1]}${after}`;
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(file, expected);
  expect(readFileSync(file, 'utf8')).toBe(expected);
}

describe('the errors of the BFF', () => {
  it('are all in docs/errors.md: `npm run generate:docs` writes them', () => {
    expectTable('docs/errors.md', buildErrorsTable());
  });
});

describe('the configuration', () => {
  it.each([
    ['bff', bffConfig],
    ['orchestrator', orchestratorConfig],
  ])('of the %s is refused in production when it forwards baggage', (_app, schema) => {
    const needed = {
      JWT_SECRET: 'a secret of more than thirty-two characters',
      ORCHESTRATOR_DATABASE_URL: 'postgres://db/orchestrator',
    };
    const production = { ...needed, NODE_ENV: 'production', FORWARD_BAGGAGE: 'true' };
    expect(() => readConfig(schema, production)).toThrow(
      'FORWARD_BAGGAGE="true" is wrong: it is for tests and must be false in production',
    );
    expect(() => readConfig(schema, { ...production, NODE_ENV: 'development' })).not.toThrow();
  });

  it('has a description for every variable', () => {
    expect([...collectVariables()].filter(([, { description }]) => description === '').map(([name]) => name)).toEqual(
      [],
    );
  });

  it(`is all in ${FILE}: \`npm run generate:docs\` writes it`, () => {
    expectTable(FILE, buildTable());
  });

  it('of Node for the BFF is documented as the stack has it', () => {
    const env = Object.entries(BFF_START.env).map(([name, value]) => `${name}=${value}`);
    const command = ['node_modules/.bin/node', ...BFF_START.options, `dist/${BFF_SCRIPT}`];
    expect(readFileSync(FILE, 'utf8')).toContain(`  ${env.join(' ')} \\\n  ${command.join(' ')}\n`);
  });
});
