import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { API_NAMES } from './services.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What `npx openapi-typescript <document> --immutable` prints. */
async function generate(service: string): Promise<string> {
  const cli = here('../../../node_modules/openapi-typescript/bin/cli.js');
  const { stdout } = await promisify(execFile)(process.execPath, [
    cli,
    here(`../openapi/${service}.yaml`),
    '--immutable',
  ]);
  return stdout;
}

describe('the generated types', () => {
  it.each(API_NAMES)('of the %s API are up to date with its document', async (service) => {
    const kept = await readFile(here(`generated/${service}.ts`), 'utf8');
    expect((await generate(service)).trim()).toBe(kept.trim());
  });
});
