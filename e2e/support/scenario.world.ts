import { rm } from 'node:fs/promises';
import { SERVICES } from '@bff/contracts';
import { Fakes, shopSeed } from '@bff/fakes';
import type { FakesOptions } from '@bff/fakes';
import { testServerUrl } from '@bff/testing';
import type { ScenarioWorld } from '@bff/testing';
import { startStack } from '../../tools/stack/stack.js';
import { createReviver } from '../../tools/stack/stack.revive.js';
import type { Stack } from '../../tools/stack/stack.js';
import { SECRET, createToken } from './token.js';
import { createTemporaryFolder } from '../../tools/stack/temporary-folder.js';

/** Processes of a busy test machine are slow: what is only late must not look like what is broken. */
const PATIENT = { PAGE_BUDGET_MS: '15000', DOWNSTREAM_TIMEOUT_MS: '10000', STEP_TIMEOUT_MS: '10000' };

export interface WorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly fakes?: Partial<FakesOptions>;
  readonly replicas?: 1 | 2;
  readonly engineNodes?: 1 | 3;
  /** Instead of the test run's own server. */
  readonly databaseServer?: string;
}

/** A world whose processes can be killed. */
export interface StackWorld extends ScenarioWorld {
  readonly stack: Stack;
}

/** The BFF, the engine and the orchestrator in processes of their own, over fakes of the services in this one. */
export async function startScenarioWorld(options: WorldOptions = {}): Promise<StackWorld> {
  const { env, fakes: more, replicas = 1, engineNodes = 1, databaseServer = testServerUrl() } = options;
  const dataDir = createTemporaryFolder('scenarios');
  // The fakes need the stack to kill its orchestrator, and the stack the fakes' addresses.
  const started = Promise.withResolvers<Stack>();
  const killOrchestrator = async (): Promise<void> => {
    const running = await started.promise;
    if (running.pid('orchestrator') !== undefined) await running.kill('orchestrator');
    orchestrator.revive();
  };
  const fakes = await Fakes.start({ seed: shopSeed, unknownScopes: 'reject', killOrchestrator, ...more });
  const stack = await startStack({
    dataDir,
    ports: 'free',
    replicas,
    engineNodes,
    databaseServer,
    without: SERVICES,
    env: {
      JWT_SECRET: SECRET,
      FORWARD_BAGGAGE: 'true',
      ...PATIENT,
      ORDER_URL: fakes.urls.order,
      CUSTOMER_URL: fakes.urls.customer,
      CATALOG_URL: fakes.urls.catalog,
      ...env,
    },
  });
  const orchestrator = createReviver(stack, 'orchestrator');
  started.resolve(stack);
  return {
    fakes,
    stack,
    graphqlUrl: stack.urls.graphql,
    createToken: (customerId, claims) => createToken(customerId, '1h', claims),
    async close() {
      await orchestrator.settled();
      await stack.stop();
      await fakes.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
