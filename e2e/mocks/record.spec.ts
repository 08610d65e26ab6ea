import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testServerUrl } from '@bff/testing';
import { startStack } from '../../tools/stack/stack.js';
import type { Stack } from '../../tools/stack/stack.js';
import { startMocks } from './mocks.fixture.js';
import type { Mocks } from './mocks.fixture.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

let folder: string;
let real: Stack;
beforeAll(async () => {
  folder = createTemporaryFolder('record');
  real = await startStack({
    dataDir: join(folder, 'data'),
    ports: 'free',
    only: ['catalog'],
    databaseServer: testServerUrl(),
  });
}, 60_000);
afterAll(async () => {
  await real.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = async (url: string): Promise<unknown> => (await fetch(url)).json();

/** Runs the mocks as a recorder of the catalog service at this address. */
async function record(url: string, file: string, as: string, use: (mocks: Mocks) => Promise<void>): Promise<void> {
  const mocks = await startMocks(['--record', join(folder, file), '--as', as], { RECORD_CATALOG_URL: url });
  try {
    await use(mocks);
  } finally {
    await mocks.close();
  }
}

/** Runs the mocks over a file, and reads from their catalog. */
async function replay(file: string, path: string): Promise<unknown> {
  const mocks = await startMocks(['--seed', join(folder, file)]);
  try {
    return await get(`${mocks.urls.catalog}${path}`);
  } finally {
    await mocks.close();
  }
}

const readRecorded = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(folder, file), 'utf8'));

describe('a recorder', () => {
  it('keeps the things that a real service answers with, and the fakes begin with them', async () => {
    const products = await get(`${real.urls.catalog}/products?ids=1,2`);
    await record(real.urls.catalog, 'seed.json', 'seed', async ({ urls }) => {
      expect(await get(`${urls.catalog}/products?ids=1,2`)).toEqual(products);
      expect(await get(`${urls.catalog}/products/search?first=1`)).toMatchObject({ totalCount: 77 });
    });
    expect(await readRecorded('seed.json')).toMatchObject({
      seed: { catalog: { products: [{ id: '1' }, { id: '2' }, {}] } },
    });
    expect(await replay('seed.json', '/products?ids=1,2')).toEqual(products);
    // There is no more than was recorded.
    expect(await replay('seed.json', '/products?ids=3')).toEqual({ items: [] });
  }, 60_000);

  it('keeps the answers themselves, if asked, and they are given again', async () => {
    const page = await get(`${real.urls.catalog}/products/search?search=ch&first=3`);
    await record(real.urls.catalog, 'stubs.json', 'stubs', async ({ urls }) => {
      await get(`${urls.catalog}/products/search?search=ch&first=3`);
    });
    expect(await replay('stubs.json', '/products/search?search=ch&first=3')).toEqual(page);
    expect(await replay('stubs.json', '/products/search?search=ch&first=4')).toMatchObject({ items: [] });
  }, 60_000);

  it('continues where an earlier recording stopped', async () => {
    for (const id of ['10', '11'])
      await record(real.urls.catalog, 'twice.json', 'seed', async ({ urls }) => {
        await get(`${urls.catalog}/products?ids=${id}`);
      });
    expect(await readRecorded('twice.json')).toMatchObject({
      seed: { catalog: { products: [{ id: '10' }, { id: '11' }] } },
    });
  }, 60_000);

  it('passes a write on, and keeps nothing of it', async () => {
    await record(real.urls.catalog, 'writes.json', 'stubs', async ({ urls }) => {
      const answer = await fetch(`${urls.catalog}/reservations/recorded-1`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'recorded-1' },
        body: JSON.stringify({ lines: [{ productId: '1', quantity: 1 }] }),
      });
      expect(answer.status).toBe(200);
    });
    expect(await get(`${real.urls.catalog}/reservations?orderIds=recorded-1`)).toMatchObject({
      items: [{ state: 'RESERVED' }],
    });
    expect(await readRecorded('writes.json')).toEqual({});
  }, 60_000);

  it('keeps nothing that breaks the contract, and says so', async () => {
    const liar = createServer((_, outgoing) => outgoing.end('{"items":[{"id":"1"}]}'));
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    const { port } = liar.address() as AddressInfo;
    await record(`http://127.0.0.1:${port}`, 'lies.json', 'seed', async (mocks) => {
      expect(await get(`${mocks.urls.catalog}/products?ids=1`)).toEqual({ items: [{ id: '1' }] });
      const { body } = await mocks.control('GET', '/scopes/default/journal');
      expect((body as { violations: string[] }).violations).toEqual([
        expect.stringContaining("getProducts answer 200.items.0 must have required property 'categoryId'"),
      ]);
    });
    expect(await readRecorded('lies.json')).toEqual({});
    liar.closeAllConnections();
    liar.close();
  }, 60_000);

  it('says which service it cannot reach', async () => {
    await record('http://127.0.0.1:9', 'unreachable.json', 'seed', async ({ urls }) => {
      expect(await get(`${urls.catalog}/products?ids=1`)).toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('The service at http://127.0.0.1:9 cannot be recorded'),
      });
    });
  }, 60_000);
});

describe('a file that is no scenario', () => {
  it.each([
    ['what is no JSON', '{', 'JSON'],
    [
      'what the contract does not allow',
      '{"seed":{"catalog":{"products":[{"id":"1"}]}}}',
      'getProducts answer 200.items.0 must have',
    ],
    ['a part that there is not', '{"seeds":{}}', 'Unrecognized key: "seeds"'],
  ])('is refused at the start, because of %s', async (_what, text, why) => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, text);
    await expect(startMocks(['--seed', file])).rejects.toThrow(`MOCKS_SEED="${file}" cannot be used: `);
    await expect(startMocks(['--seed', file])).rejects.toThrow(why);
  });
});
