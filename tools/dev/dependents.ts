import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A source that is part of the product: tests and what serves them are not. */
export function isProductSource(file: string): boolean {
  return file.endsWith('.ts') && !/(\.(spec|fixture|browser-spec|chaos-spec)|\.d|vite\.config)\.ts$/.test(file);
}

/** The apps that run the code of a file, a path such as `libs/page/src/section.ts`: its own, or those that import its lib. */
export function findDependentApps(root: string, file: string): readonly string[] {
  const [kind, name = ''] = file.split(sep);
  if (kind === 'apps') return [name];
  return readdirSync(join(root, 'apps')).filter((app) => isImporting(root, join('apps', app), name, new Set()));
}

function isImporting(root: string, folder: string, lib: string, visited: Set<string>): boolean {
  if (visited.has(folder)) return false;
  visited.add(folder);
  const imported = findImportedLibs(join(root, folder, 'src'));
  return imported.has(lib) || [...imported].some((other) => isImporting(root, join('libs', other), lib, visited));
}

function findImportedLibs(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isProductSource);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  return new Set(texts.flatMap((text) => [...text.matchAll(/from '@bff\/([a-z-]+)'/g)].map(([, name = '']) => name)));
}
