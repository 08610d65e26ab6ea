import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { startMocks } from '../mocks/mocks.fixture.js';
import type { Mocks } from '../mocks/mocks.fixture.js';
import { launchChromium } from './chromium.fixture.js';

let mocks: Mocks;
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  mocks = await startMocks(['--bff']);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await mocks?.close();
});

/** A browser whose every request belongs to a scope: this is all that a frontend's test needs. */
const openInScope = (scope: string): Promise<BrowserContext> =>
  browser.newContext({ extraHTTPHeaders: { baggage: `bff-scope=${scope}` }, viewport: { width: 1400, height: 900 } });

describe('a frontend whose test mocks the services, in a browser', () => {
  it('sees a declined card in the scope of its test, and the call log says what was undone', async () => {
    const context = await openInScope('declined-card');
    await context.request.put(`${mocks.urls.mocks}/scopes/declined-card/customer/authorisePayment`, {
      data: { reply: { status: 409, body: { code: 'PAYMENT_DECLINED', message: 'Insufficient funds' } } },
    });
    const page = await context.newPage();
    await page.goto(`${mocks.urls.bff}/graphql`);
    await page.getByRole('button', { name: /Execute query/i }).click();
    await page.getByRole('menuitem', { name: 'CreateOrder' }).click();
    await page.getByText('"PaymentDeclined"').waitFor();
    const journal = (await (await context.request.get(`${mocks.urls.mocks}/scopes/declined-card/journal`)).json()) as {
      steps: string[];
      balanced: boolean;
    };
    expect(journal.balanced).toBe(true);
    expect(journal.steps.slice(-3)).toEqual(['customer.voidPayment', 'catalog.releaseStock', 'order.rejectOrder']);
    await context.close();
  });
});

describe('the page of the mocks, in a browser', () => {
  it('shows scopes and their call logs as they grow, and sends requests to the mocks alone', async () => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(mocks.urls.mocks);
    const call = (path: string) => fetch(`${mocks.urls.catalog}${path}`, { headers: { baggage: 'bff-scope=watched' } });
    await call('/categories');
    await page.getByRole('button', { name: 'watched' }).click();
    const rows = page.locator('#journal tbody tr');
    await rows.first().getByText('catalog.listCategories').waitFor();
    await call('/product/1');
    await page.getByText('The nearest operation is').waitFor();
    expect(await rows.count()).toBe(2);
    await rows.nth(1).getByText('404 NOT_FOUND').waitFor();
    expect(asked.filter((url) => !url.startsWith(mocks.urls.mocks))).toEqual([]);
    await page.close();
  });
});
