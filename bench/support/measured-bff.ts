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

/** The page budget of a measured BFF, in milliseconds. */
export const PAGE_BUDGET_MS = 1_000;

/** A BFF in a process of its own, over fake downstreams that no other BFF calls. */
export interface MeasuredBff {
  readonly fakes: Fakes;
  readonly scope: Scope;
  readonly url: string;
  readonly child: ChildProcess;
}

/** Starts a BFF, with options for its node. Resolves when it is ready. */
export async function startMeasuredBff(nodeOptions = ''): Promise<MeasuredBff> {
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
      // The bench counts calls, so equal calls are not coalesced, and stale catalog texts are not served.
      PAGE_BUDGET_MS: String(PAGE_BUDGET_MS),
      DOWNSTREAM_COALESCE: 'false',
      CATALOG_STALE_MS: '0',
    },
  });
  while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) await sleep(10);
  return { fakes, scope: fakes.getOrBeginScope('default'), url, child };
}

export async function stopMeasuredBff({ child, fakes }: MeasuredBff): Promise<void> {
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

/** Sends a query. Returns the milliseconds until the whole response was read. Throws when it has no data. */
export async function measureQuery({ url }: MeasuredBff, query: string, signal?: AbortSignal): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
  const { data } = (await response.json()) as { data: object | null };
  if (!data) throw new Error('The response has no data');
  return performance.now() - began;
}
