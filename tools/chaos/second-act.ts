import type { ActBook } from './act-books.js';

/**
 * A second act of one service, put into the product as it is loaded: the customer service clears an order of fraud before the stock
 * is reserved, and withdraws that when the order is undone. Nothing makes it final but the order itself.
 */
const STORY = '/apps/orchestrator/src/sagas/create-order/create-order.saga.js';
const SERVICE = '/libs/service/src/start-service.js';

const send = (method: 'PUT' | 'DELETE'): string => `async (_participants, { orderId }) => {
    const url = process.env.CUSTOMER_URL + '/clearances/' + orderId;
    const answer = await fetch(url, { method: '${method}', signal: AbortSignal.timeout(600) });
    if (!answer.ok) throw new Error('The clearance is answered ' + answer.status);
    return {};
  }`;

const buildStep = (undo: string): string => `const clearFraud = {
  kind: 'compensatable', name: 'clear the order of fraud', retryFor: { seconds: 15 },
  do: ${send('PUT')},
  undo: ${undo},
};
export const createOrder = saga({`;

const ROUTES = `if (definition.service === 'customer') {
    await sql\`create table if not exists clearances (order_id text primary key, state text not null)\`.execute(database);
    const routes = app.getHttpAdapter().getInstance();
    routes.put('/clearances/:id', async ({ params }, reply) => {
      const { rows } = await sql\`insert into clearances values (\${params.id}, 'CLEARED')
        on conflict (order_id) do update set state = clearances.state returning state\`.execute(database);
      return reply.code(rows[0].state === 'CLEARED' ? 200 : 409).send({});
    });
    routes.delete('/clearances/:id', async ({ params }, reply) => {
      await sql\`insert into clearances values (\${params.id}, 'WITHDRAWN')
        on conflict (order_id) do update set state = 'WITHDRAWN'\`.execute(database);
      return reply.send({});
    });
  }
  await app.listen(definition.port, definition.host);`;

const buildChanges = (undo: string) =>
  [
    [STORY, 'export const createOrder = saga({', buildStep(undo)],
    [STORY, 'await run(openOrder, order);', 'await run(openOrder, order); await run(clearFraud, order);'],
    [SERVICE, 'await app.listen(definition.port, definition.host);', ROUTES],
  ] as const;

/** The product with the second act, as it should be. */
export const WITH_SECOND_ACT = buildChanges(send('DELETE'));

/** The same, but the second act is never undone. */
export const WITHOUT_SECOND_UNDO = buildChanges('async () => ({})');

/** Where the service keeps the second act. */
export const CLEARANCE_BOOK: ActBook = {
  service: 'customer',
  act: { do: 'clearFraud', undo: 'withdrawClearance' },
  table: 'clearances',
  columns: ['order_id', 'state'],
  states: { do: 'CLEARED', undo: 'WITHDRAWN' },
};
