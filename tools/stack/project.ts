import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StackError } from './stack.error.js';

/** The project's root: the nearest folder above that holds nest-cli.json, from the sources and from dist/ alike. */
export function findProjectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'nest-cli.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new StackError('The project root (the folder of nest-cli.json) was not found.');
    folder = parent;
  }
  return folder;
}

/** A path as people read it: relative to the folder they are in, unless it lies elsewhere. */
export function formatPath(path: string): string {
  const shown = relative(process.cwd(), path);
  return shown === '' ? '.' : shown.startsWith('..') ? path : shown;
}

/** Where the mocks of a project keep what they need while they run. */
export function getMocksFolder(dataDir: string): string {
  return join(dataDir, 'mocks');
}
