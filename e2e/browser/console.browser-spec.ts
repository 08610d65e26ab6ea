import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runScenario } from '@bff/testing';
import type { BffScenario } from '@bff/testing';
import type { Browser, Page } from 'playwright-core';
import { CancelOrder, CreateOrder, twoMugs } from '../support/documents.js';
import { startScenarioWorld } from '../support/scenario.world.js';
import type { StackWorld } from '../support/scenario.world.js';
import { launchChromium } from './chromium.fixture.js';

let world: StackWorld;
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  world = await startScenarioWorld();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** What went wrong in the page. */
const problems: string[] = [];

async function openConsole(place = ''): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(world.stack.urls.bff)) problems.push(`Request to ${request.url()}`);
  });
  await page.goto(`${world.stack.urls.bff}/console/${place}`);
  return page;
}

const test = (name: string, body: (t: BffScenario) => Promise<void>) => it(name, () => runScenario(world, name, body));

async function placeOrder(t: BffScenario, more: object = {}): Promise<string> {
  const { data } = await t.as('ada').gql(CreateOrder, { input: twoMugs(more) });
  return data.createOrder.orderId;
}

const declined = { paymentMethodId: 'ada-voucher' };
const getBars = (page: Page) => page.getByRole('region', { name: 'Timeline' }).getByRole('listitem');

describe('the console in a browser', () => {
  test('finds sagas by order, customer, step, status, age and kind', async (t) => {
    const confirmed = await placeOrder(t);
    const rejected = await placeOrder(t, declined);
    const page = await openConsole();
    const getRow = (orderId: string) => page.getByRole('row').filter({ hasText: orderId });
    const waitForOrders = async (...orderIds: readonly string[]) => {
      const readOrders = async () => (await page.locator('td a').allTextContents()).sort().join();
      for (let until = performance.now() + 15_000; (await readOrders()) !== orderIds.toSorted().join(); await sleep(50))
        if (performance.now() > until) throw new Error(`It shows ${await readOrders()}, not ${orderIds.join()}`);
    };
    await getRow(confirmed).getByText('completed').waitFor();
    await getRow(rejected).getByText('PAYMENT_DECLINED').waitFor();
    await page.getByRole('textbox', { name: 'Order' }).fill(confirmed.slice(0, 8));
    await waitForOrders(confirmed);
    await page.getByRole('textbox', { name: 'Order' }).fill('');
    await page.getByRole('textbox', { name: 'Step' }).fill('authorise the payment');
    await waitForOrders(rejected);
    await page.getByRole('textbox', { name: 'Step' }).fill('');
    await page.getByLabel('completed').check();
    await waitForOrders(confirmed);
    await page.getByLabel('completed').uncheck();
    await page.getByRole('textbox', { name: 'Customer' }).fill('bob');
    await waitForOrders();
    await page.getByText('No saga matches.').waitFor();
    await page.getByRole('textbox', { name: 'Customer' }).fill('ada');
    await waitForOrders(confirmed, rejected);
    await page.getByRole('combobox', { name: 'Age' }).selectOption('older than 1 h');
    await waitForOrders();
    await page.getByRole('combobox', { name: 'Age' }).selectOption('any age');
    await page.getByRole('combobox', { name: 'Saga' }).selectOption('CancelOrder');
    await waitForOrders();
    await t.as('ada').gql(CancelOrder, { input: { orderId: confirmed } });
    await waitForOrders(confirmed);
    await page.close();
  });

  test('draws steps, attempts and undo over time', async (t) => {
    t.catalog.reserveStock.once.fail({ status: 503 });
    const page = await openConsole(`#/CreateOrder/${await placeOrder(t, declined)}`);
    await page.getByText('PAYMENT_DECLINED').first().waitFor();
    const texts = await getBars(page).evaluateAll((items) =>
      items.map((item) => item.getAttribute('aria-label') ?? ''),
    );
    expect(texts.map((text) => text.replace(/, \d[^,]* (ms|s)/, ''))).toEqual([
      ...['verify the customer and the lines', 'open the order'].map((name) => `${name}: done, 1 attempt`),
      'reserve the stock: done, 2 attempts',
      'authorise the payment: rejected, 1 attempt, PAYMENT_DECLINED',
      ...['authorise the payment', 'reserve the stock', 'open the order'].map((n) => `undo: ${n}: done, 1 attempt`),
    ]);
    // Each begins where the one before it ended, or later.
    const boxes = await Promise.all((await page.locator('.track .bar').all()).map((bar) => bar.boundingBox()));
    const lefts = boxes.map((box) => box?.x ?? NaN);
    expect(lefts).toEqual(lefts.toSorted((a, b) => a - b));
    expect(await page.locator('.track .mark.failed').count()).toBe(1);
    await page.close();
  });

  test('updates by itself while the order is in progress', async (t) => {
    t.customer.authorisePayment.fail({ status: 503 });
    const orderId = await placeOrder(t, { waitMs: 0 });
    const page = await openConsole(`#/CreateOrder/${orderId}`);
    const going = getBars(page).filter({ hasText: 'authorise the payment' }).locator('.UNDER_WAY');
    await going.waitFor();
    const before = (await page.getByRole('list', { name: 'Events' }).getByText('attempt failed').count()) + 2;
    await page.getByRole('list', { name: 'Events' }).getByText('attempt failed').nth(before).waitFor();
    t.customer.authorisePayment.heal();
    await page.getByText('completed', { exact: true }).waitFor();
    await getBars(page).filter({ hasText: 'commit the stock' }).locator('.DONE').waitFor();
    await page.close();
  });

  test('shows what needs attention, and does what the operator decides', async (t) => {
    t.catalog.releaseStock.fail({ status: 503 });
    const orderId = await placeOrder(t, { ...declined, waitMs: 0 });
    const page = await openConsole();
    await page.getByRole('textbox', { name: 'Order' }).fill(orderId);
    await page.getByLabel('needs attention').check();
    await page.getByRole('link', { name: orderId }).click();
    const form = page.getByRole('form', { name: 'Decide' });
    await form.getByRole('button', { name: 'RETRY' }).waitFor();
    expect(await form.getByRole('button').allTextContents()).toEqual(['RETRY', 'SKIP', 'COMPENSATE', 'CANCEL']);
    // Nothing is decided without a reason.
    expect(await form.getByRole('button', { name: 'RETRY' }).isDisabled()).toBe(true);
    await form.getByLabel('Reason').fill('The shelf is back.');
    await form.getByRole('button', { name: 'RETRY' }).click();
    await page.getByRole('status').getByText('RETRY was accepted.').waitFor();
    await page.getByText('RETRY by developer: The shelf is back.').waitFor();
    t.catalog.releaseStock.heal();
    await page.locator('.facts').getByText('rejected', { exact: true }).waitFor();
    expect(await form.count()).toBe(0);
    expect(await page.locator('.track .mark.decided').count()).toBe(1);
    await page.close();
  });

  test('shows nothing to a user who is no operator', async (t) => {
    await placeOrder(t);
    const page = await openConsole();
    await page.getByRole('button', { name: 'Use another token' }).click();
    await page.getByLabel('token').fill(await world.createToken('ada'));
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByRole('alert').getByText('FORBIDDEN').waitFor();
    expect(await page.getByRole('row').count()).toBe(0);
    await page.close();
  });

  it('sends requests to the BFF alone, and breaks no rule of its content security policy', () => {
    expect(problems).toEqual([]);
  });
});
