import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startWorld } from '../support/world.js';
import type { World } from '../support/world.js';
import { launchChromium } from './chromium.fixture.js';

let world: World;
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  world = await startWorld();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const OPERATIONS = ['CatalogPage', 'ProductPage', 'AccountPage', 'OrderPage', 'CheckoutPage', 'CreateOrder'] as const;

/** Opens the playground and comes back when its editor shows the examples. */
async function openPlayground(): Promise<{ page: Page; asked: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(world.stack.urls.graphql);
  await page.getByText('query CatalogPage').first().waitFor();
  return { page, asked };
}

describe('the playground in a browser', () => {
  it('sends requests to the BFF alone', async () => {
    const { page, asked } = await openPlayground();
    await page.waitForLoadState('networkidle');
    const elsewhere = asked.filter((url) => !url.startsWith(world.stack.urls.bff) && !/^(blob|data):/.test(url));
    expect(elsewhere).toEqual([]);
    await page.close();
  });

  it('draws where the time of an operation went', async () => {
    const { page } = await openPlayground();
    await page.getByRole('button', { name: /Execute query/i }).click();
    await page.getByRole('menuitem', { name: 'OrderPage' }).click();
    const picture = page.getByRole('region', { name: 'Where the time went' });
    await picture.getByText('order.getOrders').waitFor();
    // One row for each downstream call of the page, and no other.
    const calls = await picture.locator('.row').evaluateAll((rows) => rows.map(({ textContent }) => textContent ?? ''));
    const called = calls.map((text) => /[a-z]+\.[a-zA-Z]+/.exec(text)?.[0]).sort();
    expect(called).toEqual([
      'catalog.getProducts',
      'customer.getCustomers',
      'customer.getPayments',
      'orchestrator.getSaga',
      'order.getOrders',
    ]);
    // What waits for the order begins after it has ended.
    const measureLeft = async (text: string) =>
      (await picture.locator('.row', { hasText: text }).locator('.bar').boundingBox())?.x ?? NaN;
    expect(await measureLeft('catalog.getProducts')).toBeGreaterThan(await measureLeft('order.getOrders'));
    expect(await picture.locator('strong').textContent()).toMatch(/^[\d.]+ ms: [\d.]+ downstream, [\d.]+ in the BFF$/);
    await page.close();
  });

  it.each(OPERATIONS)('runs its example %s unchanged', async (operation) => {
    const { page } = await openPlayground();
    await page.getByRole('button', { name: /Execute query/i }).click();
    const answered = page.waitForResponse((response) =>
      (response.request().postData() ?? '').includes(`"operationName":"${operation}"`),
    );
    await page.getByRole('menuitem', { name: operation }).click();
    const answer = (await (await answered).json()) as { data: Record<string, unknown> | null; errors?: unknown };
    expect(answer.errors).toBeUndefined();
    expect(Object.values(answer.data ?? {})[0]).toEqual(expect.anything());
    if (operation === 'CreateOrder')
      expect(answer.data).toMatchObject({ createOrder: { __typename: 'OrderConfirmed' } });
    await page.close();
  });
});
