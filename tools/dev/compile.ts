import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import type { Options } from '@swc/core';
import { isProductSource } from './dependents.js';

/**
 * Compiles one source file into dist/, as `npm run build` does; a file that is not code is copied.
 * Throws the compiler's error, and leaves dist/ as it was.
 */
export async function compile(root: string, file: string): Promise<void> {
  const source = join(root, file);
  const target = join(root, 'dist', file);
  mkdirSync(dirname(target), { recursive: true });
  if (!isProductSource(file)) return copyFileSync(source, target);
  const { code } = await transformFile(source, readCompilerOptions(root)).catch((error: unknown) => {
    // What follows is the stack of the compiler itself.
    const [message] = String(error).split('\n\nCaused by:');
    throw new Error(message, { cause: error });
  });
  writeFileSync(target.replace(/\.ts$/, '.js'), code);
}

function readCompilerOptions(root: string): Options {
  const swcrc = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8')) as Options & { $schema?: string };
  const tsconfig = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    readonly compilerOptions: { readonly paths: Record<string, string[]> };
  };
  const { $schema: _, ...options } = swcrc;
  return { ...options, swcrc: false, jsc: { ...options.jsc, baseUrl: root, paths: tsconfig.compilerOptions.paths } };
}
