import { Fakes } from '@bff/fakes';
import { createControlApi } from './control-api.js';
import type { MocksConfig } from './mocks.config.js';
import { createOrchestratorKiller } from './orchestrator-killer.js';
import { startRecorder } from './recorder.js';
import { applyStubs, readInitialData } from './scenario-file.js';
import { createTokenSigner } from './token.js';

/** Starts the mocks: the three services as fakes, or as recorders of the real ones, and their control API. */
export async function startMocks(config: MocksConfig): Promise<void> {
  const ports = { order: config.ORDER_PORT, customer: config.CUSTOMER_PORT, catalog: config.CATALOG_PORT };
  const beginning = readInitialData(config.RECORD_FILE === undefined ? config.MOCKS_SEED : 'none');
  const killOrchestrator = config.STACK_FILE === undefined ? undefined : createOrchestratorKiller(config.STACK_FILE);
  const fakes = await Fakes.start({
    seed: beginning.seed,
    host: config.HOST,
    bounds: config,
    ports,
    unknownScopes: 'create',
    onBegin: (scope) => applyStubs(scope, beginning),
    ...(killOrchestrator && { killOrchestrator }),
    ...(config.RECORD_FILE !== undefined && { answerInstead: startRecorder(config, config.RECORD_FILE) }),
  });
  const control = createControlApi(
    fakes,
    config,
    config.JWT_SECRET === undefined ? undefined : createTokenSigner(config.JWT_SECRET),
  );
  await control.listen({ host: config.HOST, port: config.MOCKS_PORT });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void Promise.all([control.close(), fakes.close()]).then(() => process.exit(0)));
}
