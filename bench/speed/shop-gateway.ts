import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { BFF_SCRIPT, BFF_START } from '../../tools/stack/bff-start.js';
import { findProjectRoot } from '../../tools/stack/project.js';
import type { Place } from './contest.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

const SECRET = 'a secret that only the benches know, of some length';

/** Nothing is shared between requests. */
export const ALONE = { DOWNSTREAM_COALESCE: 'false', COALESCE_OPERATIONS: 'false' } as const;

/** What Node is started with. */
export interface Start {
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts this BFF, as its documentation says unless something else is given. */
export function buildBffCommand({ options }: Start = BFF_START): readonly [string, ...string[]] {
  return [process.execPath, '--enable-source-maps', ...options, join(findProjectRoot(), 'dist', BFF_SCRIPT)];
}

/** Its configuration in production. */
export function buildBffEnv(
  { port, downstream }: Place,
  more: Readonly<Record<string, string>>,
  { env }: Start = BFF_START,
): Record<string, string> {
  return {
    ...env,
    JWT_SECRET: SECRET,
    METRICS_TOKEN: SECRET,
    BFF_PORT: String(port),
    ORDER_URL: downstream,
    CUSTOMER_URL: downstream,
    CATALOG_URL: downstream,
    ...more,
  };
}

/** The id by which a trusted document is requested. */
export function hashQuery(query: string): string {
  return createHash('sha256').update(query).digest('hex');
}

/** Writes a manifest as a frontend's build does. Returns the path of the file. */
export function writeManifest(...queries: readonly string[]): string {
  const file = join(createTemporaryFolder('bench'), 'manifest.json');
  writeFileSync(file, JSON.stringify(Object.fromEntries(queries.map((query) => [hashQuery(query), query]))));
  return file;
}

/** The headers with which each viewer asks. */
export async function createHeaders(
  viewers: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const headers = viewers.map(async (viewer) => {
    const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(viewer).setExpirationTime('2h');
    return [viewer, { authorization: `Bearer ${await token.sign(new TextEncoder().encode(SECRET))}` }] as const;
  });
  return new Map(await Promise.all(headers));
}
