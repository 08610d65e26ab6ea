import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fakes, shopSeed } from '@bff/fakes';
import type { Scope } from '@bff/fakes';
import { SignJWT } from 'jose';
import { findFreePorts } from '../../tools/stack/ports.js';
import { findProjectRoot } from '../../tools/stack/project.js';

const SECRET = 'a secret that only the benches know, of some length';

/** The budget of its pages, in milliseconds. */
export const BUDGET_MS = 1_000;

/** A BFF over downstreams of its own. */
export interface Side {
  readonly fakes: Fakes;
  readonly scope: Scope;
  readonly url: string;
  readonly child: ChildProcess;
}

/** Starts one, with options for its node. */
export async function start(nodeOptions = ''): Promise<Side> {
  const fakes = await Fakes.start({ seed: shopSeed, unknownScopes: 'create' });
  const { bff } = await findFreePorts();
  const url = `http://127.0.0.1:${bff}`;
  const child = spawn(process.execPath, [join(findProjectRoot(), 'dist/apps/bff/main.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: nodeOptions,
      NODE_ENV: 'development',
      BFF_PORT: String(bff),
      JWT_SECRET: SECRET,
      ORDER_URL: fakes.urls.order,
      CUSTOMER_URL: fakes.urls.customer,
      CATALOG_URL: fakes.urls.catalog,
      // Calls are counted, so that no two may be one. What was known of the catalog must not help.
      PAGE_BUDGET_MS: String(BUDGET_MS),
      DOWNSTREAM_COALESCE: 'false',
      CATALOG_STALE_MS: '0',
    },
  });
  while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) await sleep(10);
  return { fakes, scope: fakes.getOrBeginScope('default'), url, child };
}

export async function stop({ child, fakes }: Side): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  await fakes.close();
}

const token = await new SignJWT({})
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject('ada')
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode(SECRET));

/** Milliseconds until the whole answer was there. Throws when it has no data. */
export async function ask({ url }: Side, query: string, signal?: AbortSignal): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
  const { data } = (await response.json()) as { data: object | null };
  if (!data) throw new Error('A page has no spine');
  return performance.now() - began;
}
