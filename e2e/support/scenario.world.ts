import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fakes, shopSeed } from '@bff/fakes';
import type { FakesOptions } from '@bff/fakes';
import type { ScenarioWorld } from '@bff/testing';
import { startStack } from '../../tools/stack.js';
import type { Stack } from '../../tools/stack.js';
import { SECRET, token } from './token.js';

export interface WorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly fakes?: Partial<FakesOptions>;
}

/** The BFF, the engine and the orchestrator in processes of their own, over fakes of the services in this one. */
export async function startScenarioWorld({ env, fakes: more }: WorldOptions = {}): Promise<ScenarioWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bff-scenarios-'));
  // The fakes need the stack to kill its orchestrator, and the stack the fakes' addresses.
  const orchestrator = Promise.withResolvers<Mortal>();
  const killOrchestrator = async (): Promise<void> => (await orchestrator.promise).kill();
  const fakes = await Fakes.start({ seed: shopSeed, guests: 'invited', killOrchestrator, ...more });
  const stack = await startStack({
    dataDir,
    ports: 'free',
    without: ['postgres', 'order', 'customer', 'catalog'],
    env: {
      JWT_SECRET: SECRET,
      FORWARD_BAGGAGE: 'true',
      ORDER_URL: fakes.urls.order,
      CUSTOMER_URL: fakes.urls.customer,
      CATALOG_URL: fakes.urls.catalog,
      ...env,
    },
  });
  const mortal = mortalOrchestrator(stack);
  orchestrator.resolve(mortal);
  return {
    fakes,
    graphqlUrl: stack.urls.graphql,
    token,
    async close() {
      await mortal.settled();
      await stack.stop();
      await fakes.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

interface Mortal {
  /** Resolves when it is dead; the next one is on its way then. */
  kill(): Promise<void>;
  /** Resolves when the next one, if there is to be one, works. */
  settled(): Promise<void>;
}

/** An orchestrator that is started again whenever it was killed, even while it starts. */
function mortalOrchestrator(stack: Stack): Mortal {
  let reviving: Promise<void> | undefined;
  const revive = async (): Promise<void> => {
    // A start fails when the next kill comes before it is ready.
    for (let deaths = 0; deaths < 20; deaths++)
      try {
        return await stack.start('orchestrator');
      } catch (error) {
        if (stack.pid('orchestrator') !== undefined) throw error;
      }
    throw new Error('The orchestrator was killed twenty times while it started');
  };
  return {
    async kill() {
      if (stack.pid('orchestrator') !== undefined) await stack.kill('orchestrator');
      reviving ??= revive().finally(() => (reviving = undefined));
    },
    settled: () => reviving ?? Promise.resolve(),
  };
}
