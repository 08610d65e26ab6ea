import { createServer } from 'node:http2';
import * as restate from '@restatedev/restate-sdk';
import type { CreateOrderRequest } from '@bff/contracts';
import { createDownstreams, createStepPolicies } from '@bff/downstreams';
import { computeLineTotal, sum } from '@bff/kernel';

/**
 * The smallest handler that makes the steps of CreateOrder durable: no undo, no facts, no timeline, no versions, no
 * operators. The same calls of the same services, by the same clients.
 */
const { ORDER_URL = '', CUSTOMER_URL = '', CATALOG_URL = '', PORT } = process.env;
const downstreams = createDownstreams({ ORDER_URL, CUSTOMER_URL, CATALOG_URL }, createStepPolicies(2_000));

const bareOrder = restate.workflow({
  name: 'BareOrder',
  handlers: {
    run: async (context: restate.WorkflowContext, request: CreateOrderRequest): Promise<string> => {
      const orderId = context.key;
      const { customerId, paymentMethodId, shippingAddressId } = request;
      const ids = request.lines.map(({ productId }) => productId);
      const buildKey = (step: string) => ({ idempotencyKey: `${orderId}/${step}` });
      const shippingAddress = await context.run('verify the customer', async () => {
        const [customer] = await downstreams.customer.getCustomers([customerId]);
        const address = customer?.addresses.find(({ id }) => id === shippingAddressId);
        if (!address) throw new restate.TerminalError('The customer has no such address');
        const { recipient, street, city, region, postalCode, country } = address;
        return { recipient, street, city, region, postalCode, country };
      });
      const { lines, total } = await context.run('price the lines', async () => {
        const products = await downstreams.catalog.getProducts(ids);
        const priced = request.lines.map(({ productId, quantity }) => {
          const product = products.find(({ id }) => id === productId);
          if (!product) throw new restate.TerminalError(`Product ${productId} is not sold`);
          const { price: unitPrice } = product;
          return {
            productId,
            quantity,
            unitPrice,
            discountPercent: 0,
            lineTotal: computeLineTotal(unitPrice, quantity),
          };
        });
        return { lines: priced, total: sum(priced.map((line) => line.lineTotal)) };
      });
      const { order, customer, catalog } = downstreams;
      await context.run('open the order', () =>
        order
          .with(buildKey('open'))
          .openOrder(orderId, { customerId, paymentMethodId, shippingAddress, lines: [...lines], total }),
      );
      await context.run('reserve the stock', () => catalog.with(buildKey('reserve')).reserveStock(orderId, lines));
      await context.run('authorise the payment', () =>
        customer.with(buildKey('authorise')).authorisePayment(orderId, { customerId, paymentMethodId, amount: total }),
      );
      await context.run('check the terms again', async () => {
        await catalog.getProducts(ids);
      });
      await context.run('confirm the order', () => order.with(buildKey('confirm')).confirmOrder(orderId));
      await context.run('capture the payment', () => customer.with(buildKey('capture')).capturePayment(orderId));
      await context.run('commit the stock', () => catalog.with(buildKey('commit')).commitStock(orderId));
      return orderId;
    },
  },
});

createServer(restate.createEndpointHandler({ services: [bareOrder], logger: () => undefined })).listen(
  Number(PORT),
  '127.0.0.1',
);
