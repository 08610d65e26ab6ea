import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

/** The built module of the saga CreateOrder. */
const SAGA = 'apps/orchestrator/src/sagas/create-order/create-order.saga.js';

/** The version in the code of a story. */
const VERSION = /\bversion: (\d+)\b/g;

/** The version of a saga, read from its code. Throws when the code has none, or several. */
export function readVersion(story: string): number {
  const [version, ...more] = [...story.matchAll(VERSION)];
  if (!version || more.length > 0) throw new Error(`${SAGA} does not look as expected: it must say its version once`);
  return Number(version[1]);
}

/** The module that node loads before an orchestrator, to give it the deployed story. */
const HOOK = `
import { registerHooks } from 'node:module';
import { readFileSync } from 'node:fs';
const source = readFileSync(new URL('./saga.js', import.meta.url), 'utf8');
registerHooks({
  load: (url, context, next) =>
    url.endsWith('/${SAGA}') ? { format: 'module', source, shortCircuit: true } : next(url, context),
});`;

/** Versions of the story. */
interface Stories {
  /** The current one. */
  readonly now: string;
  /** The next version: it authorises the payment before it reserves the stock. */
  readonly next: string;
  /** The same change by mistake: without a version of its own. */
  readonly changed: string;
  /** A change by mistake, too: it leaves out the last step. */
  readonly shorter: string;
}

/** Releases of the orchestrator that differ in the story of CreateOrder alone. */
export interface Deployment {
  /** The current version of the saga. */
  readonly now: number;
  /** The environment of a stack whose orchestrators start with what is deployed. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on orchestrators start with these versions of the story. */
  deploy(...versions: readonly (keyof Stories)[]): void;
  remove(): void;
}

/** Begins with the current saga. */
export function createDeployment(): Deployment {
  const folder = createTemporaryFolder('deployment');
  writeFileSync(join(folder, 'hook.mjs'), HOOK);
  const [head, now] = splitStory(readFileSync(join('dist', SAGA), 'utf8'));
  const version = readVersion(now);
  const changed = swapSteps(now);
  const shorter = now.replace(/^.*await run\(commitStock, .*$/m, '');
  const stories: Stories = { now, changed, shorter, next: changed.replace(VERSION, `version: ${version + 1}`) };
  const deployment: Deployment = {
    now: version,
    env: { NODE_OPTIONS: `--import=${join(folder, 'hook.mjs')}` },
    deploy: (...versions) => {
      const declarations = versions.map((version) => `const ${version} = ${stories[version]};`);
      const list = `export const createOrderVersions = [${versions.join(', ')}];`;
      writeFileSync(join(folder, 'saga.js'), [head, ...declarations, list].join('\n'));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  deployment.deploy('now');
  return deployment;
}

/** The imports of the module, and the story itself. Throws when the module does not look as expected. */
function splitStory(source: string): readonly [head: string, story: string] {
  const parts = /^(.*?)(?:\/\*\*[^\n]*?\*\/ )?export const createOrder = (saga\(.*?\n\}\));/s.exec(source);
  const [, head, story] = parts ?? [];
  if (head === undefined || story === undefined) throw new Error(`${SAGA} does not look as expected`);
  return [head, story];
}

function swapSteps(story: string): string {
  const [reserve, authorise] = [/^.*await run\(reserveStock, .*$/m, /^.*await run\(authorisePayment, .*$/m].map(
    (line) => line.exec(story)?.[0],
  );
  if (reserve === undefined || authorise === undefined) throw new Error('The story has no such steps');
  return story.replace(reserve, '@').replace(authorise, reserve).replace('@', authorise);
}
