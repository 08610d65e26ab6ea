/**
 * The data of the page workload: customers, each with twenty orders of three lines over forty products, no two customers
 * over the same forty. Generated, not stored.
 */

const CUSTOMERS = 400;
const ORDERS = 20;
const LINES = 3;
const PRODUCTS = 1_000;
const PRODUCTS_OF_ONE = 40;

/** The operation that every gateway answers. */
export const PAGE_QUERY = `query AccountPage { accountPage(orders: ${ORDERS}) {
  profile { companyName contactName phone }
  orders {
    id status placedAt total { amount currency }
    lines { quantity lineTotal { amount currency } product { name packaging price { amount currency } } }
  }
} }`;

/** Has no divisor in common with the number of products. */
const STRIDE = 7;

const toUsd = (cents: number) => ({
  amount: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
  currency: 'USD',
});
const padNumber = (number: number) => String(number).padStart(2, '0');
const toProductId = (nth: number) => `p${String(nth).padStart(3, '0')}`;

const products = Array.from({ length: PRODUCTS }, (_, nth) => ({
  id: toProductId(nth),
  categoryId: 'c1',
  name: `Product number ${nth}`,
  packaging: `${nth + 1} boxes x 20 bags`,
  supplier: 'Exotic Liquids',
  price: toUsd(500 + nth * 37),
  onHand: 1_000,
  reserved: 0,
  sold: 17,
  discontinued: false,
}));

export const customerIds = Array.from({ length: CUSTOMERS }, (_, nth) => `V${String(nth).padStart(4, '0')}`);

function createCustomer(id: string) {
  return {
    id,
    companyName: `Company of ${id}`,
    contactName: `Contact of ${id}`,
    contactTitle: 'Owner',
    phone: '030-0074321',
    status: 'ACTIVE',
    addresses: [],
    paymentMethods: [],
  };
}

function createOrders(customerId: string) {
  const own = Number(customerId.slice(1));
  return Array.from({ length: ORDERS }, (_, nth) => {
    const lines = Array.from({ length: LINES }, (_, line) => {
      // Over the twenty orders each of forty products comes once or twice; where these begin is the customer's own.
      const product = (own * STRIDE + ((nth * LINES + line) % PRODUCTS_OF_ONE)) % PRODUCTS;
      const quantity = 1 + ((own + nth + line) % 9);
      const cents = 500 + product * 37;
      const unitPrice = toUsd(cents);
      return {
        productId: toProductId(product),
        quantity,
        unitPrice,
        discountPercent: 0,
        lineTotal: toUsd(cents * quantity),
      };
    });
    const total = lines.reduce((sum, { lineTotal }) => sum + Math.round(Number(lineTotal.amount) * 100), 0);
    return {
      id: `${customerId}-${padNumber(nth)}`,
      customerId,
      status: 'CONFIRMED',
      reason: null,
      placedAt: `2026-01-${padNumber(nth + 1)}T03:04:05.000Z`,
      paymentMethodId: 'card',
      lines,
      total: toUsd(total),
      shippingAddress: {
        recipient: 'Maria Anders',
        street: 'Obere Str. 57',
        city: 'Berlin',
        region: null,
        postalCode: '12209',
        country: 'Germany',
      },
    };
  });
}

const productsById = new Map(products.map((product) => [product.id, product]));
const productTexts = new Map(products.map((product) => [product.id, JSON.stringify(product)]));

/** One of a product is sold: its text is another from then on. */
export function sellOne(nth: number): void {
  const product = products[nth % PRODUCTS];
  if (!product) return;
  product.sold += 1;
  productTexts.set(product.id, JSON.stringify(product));
}

/** The downstreams' response to a path, as JSON; undefined for an unknown path. */
export function findAnswer(path: string): string | undefined {
  const [, customers] = /^\/customers\?ids=(.+)$/.exec(path) ?? [];
  if (customers !== undefined) return JSON.stringify({ items: customers.split(',').map(createCustomer) });
  const [, orders] = /^\/customers\/(\w+)\/orders\?/.exec(path) ?? [];
  if (orders !== undefined)
    return JSON.stringify({ items: createOrders(orders), totalCount: ORDERS, nextCursor: null });
  const [, ids] = /^\/products\?ids=(.+)$/.exec(path) ?? [];
  if (ids === undefined) return undefined;
  return `{"items":[${ids
    .split(',')
    .map((id) => productTexts.get(id) ?? '')
    .join(',')}]}`;
}

/** The `data` that a gateway must answer a customer with, as JSON. */
function buildExpectedPage(customerId: string): string {
  const { companyName, contactName, phone } = createCustomer(customerId);
  const orders = createOrders(customerId).map(({ id, status, placedAt, total, lines }) => ({
    id,
    status,
    placedAt,
    total,
    lines: lines.map(({ productId, quantity, lineTotal }) => {
      const product = productsById.get(productId);
      return {
        quantity,
        lineTotal,
        product: product && { name: product.name, packaging: product.packaging, price: product.price },
      };
    }),
  }));
  return JSON.stringify({ accountPage: { profile: { companyName, contactName, phone }, orders } });
}

/** Creates a check that a body is the page of a customer. A body that was right once is compared as text from then on. */
export function createPageCheck(customerId: string): (body: string) => boolean {
  const expected = buildExpectedPage(customerId);
  let right: string | undefined;
  return (body) => {
    if (body === right) return true;
    const { data } = JSON.parse(body) as { data: unknown };
    if (JSON.stringify(data) !== expected) return false;
    right = body;
    return true;
  };
}

/** Minimum number of downstream calls of a page. */
export const CALLS_PER_PAGE = 3;
