import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCommand, createPlace, readProcesses, findAlive, runToEnd } from '../support/terminal.fixture.js';
import type { Place } from '../support/terminal.fixture.js';

const MINUTE = 60_000;

describe('a startup error that the user can fix is one clear line', () => {
  let place: Place;
  let listeners: Server[] = [];

  beforeEach(async () => {
    place = await createPlace();
  });

  afterEach(() => {
    for (const listener of listeners) listener.close();
    listeners = [];
    place.clear();
  });

  /** Listens on the port of a variable, as another program would. */
  async function occupyPort(variable: string): Promise<number> {
    const port = Number(place.env[variable]);
    const listener = createServer();
    listeners.push(listener);
    await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
    return port;
  }

  it('names the taken port, the process that needs it and the variable that changes it, before anything starts', async () => {
    const port = await occupyPort('CUSTOMER_PORT');
    expect(await runToEnd('start', place)).toEqual({
      ending: 1,
      out: '',
      err: `Port ${port} is taken, and customer needs it: stop what listens there, or set CUSTOMER_PORT to another port.\n`,
    });
  });

  it('takes many taken ports for another stack', async () => {
    const variables = ['ORDER_PORT', 'CUSTOMER_PORT', 'CATALOG_PORT', 'BFF_PORT'];
    const taken: number[] = [];
    for (const variable of variables) taken.push(await occupyPort(variable));
    expect(await runToEnd('start', place)).toEqual({
      ending: 1,
      out: '',
      err: `Ports ${taken.join(', ')} are taken: most likely another stack is running. Stop it, or set ${variables.join(', ')} to other ports.\n`,
    });
  });

  it.each([
    [{ BFF_PORT: 'four' }, 'BFF_PORT="four" is wrong: a port from 1 to 65535 is expected\n'],
    [{ NODE_ENV: 'prod' }, 'NODE_ENV="prod" is wrong: development, test or production is expected\n'],
    [{ NODE_ENV: 'production' }, 'JWT_SECRET is not set: production needs JWT_SECRET or JWT_JWKS_URL\n'],
    [{ JWT_SECRET: 'hush' }, 'JWT_SECRET is wrong: at least 32 characters are expected\n'],
    [{ HOST: '192.0.2.1' }, 'HOST="192.0.2.1" is wrong: an address of this machine is expected.\n'],
    [{ BFF_PORT: '4001', ORDER_PORT: '4001' }, 'BFF_PORT and ORDER_PORT are both 4001: each needs a port of its own\n'],
    [
      { ORDER_DATABASE_URL: 'postgres://db/order', CUSTOMER_DATABASE_URL: 'postgres://db/customer' },
      ['CATALOG_DATABASE_URL', 'ORCHESTRATOR_DATABASE_URL', 'EVENTS_DATABASE_URL']
        .map(
          (name) =>
            `${name} is not set: set all of ORDER_DATABASE_URL, CUSTOMER_DATABASE_URL, CATALOG_DATABASE_URL, ORCHESTRATOR_DATABASE_URL, EVENTS_DATABASE_URL, or none\n`,
        )
        .join(''),
    ],
  ])('says of %j what was expected', async (env, line) => {
    expect(await runToEnd('start', place, [], env)).toEqual({ ending: 1, out: '', err: line });
  });

  it(
    'says which process died before it was ready, how, why and where its log is, and stops the others',
    async () => {
      const start = startCommand('start', place, [], { RESERVATION_TTL_MS: 'soon' });
      await start.waitForText('engine');
      const processes = readProcesses(place);
      expect(await start.ended).toBe(1);
      expect(start.err()).toBe(
        `catalog ended before it was ready (exit code 1): RESERVATION_TTL_MS="soon" is wrong: a whole number of milliseconds from 60000 to 86400000 is expected (log: ${place.dataDir}/logs/catalog.log)\n`,
      );
      expect(findAlive(processes)).toEqual([]);
    },
    MINUTE,
  );

  it('says how the commands are used', async () => {
    const usage =
      'Usage: npm run --silent token -- <customer id> [--operator] [--expires-in <number>s|m|h|d], for example: npm run --silent token -- ALFKI --expires-in 1h\n';
    expect(await runToEnd('token', place)).toEqual({ ending: 2, out: '', err: usage });
    expect(await runToEnd('token', place, ['ALFKI', '--expires-in', 'soon'])).toEqual({
      ending: 2,
      out: '',
      err: `--expires-in="soon" is wrong. ${usage}`,
    });
    expect(await runToEnd('app', place, ['catalog'])).toEqual({
      ending: 1,
      out: '',
      err: `No stack is running on ${place.dataDir}: start one with npm start.\n`,
    });
  });
});
