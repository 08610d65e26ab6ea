import { Fakes } from '@bff/fakes';
import { createControlApi } from './control-api.js';
import type { MocksConfig } from './mocks.config.js';
import { killOrchestratorOf } from './orchestrator-killer.js';
import { startRecorder } from './recorder.js';
import { begin, readBeginning } from './scenario-file.js';
import { signerOf } from './token.js';

/** Starts the mocks: the three services as fakes, or as recorders of the real ones, and their control API. */
export async function startMocks(config: MocksConfig): Promise<void> {
  const ports = { order: config.ORDER_PORT, customer: config.CUSTOMER_PORT, catalog: config.CATALOG_PORT };
  const beginning = readBeginning(config.RECORD_FILE === undefined ? config.MOCKS_SEED : 'none');
  const killOrchestrator = config.STACK_FILE === undefined ? undefined : killOrchestratorOf(config.STACK_FILE);
  const fakes = await Fakes.start({
    seed: beginning.seed,
    host: config.HOST,
    bounds: config,
    ports,
    unknownScopes: 'create',
    onBegin: (scope) => begin(scope, beginning),
    ...(killOrchestrator && { killOrchestrator }),
    ...(config.RECORD_FILE !== undefined && { answerInstead: startRecorder(config, config.RECORD_FILE) }),
  });
  const control = createControlApi(
    fakes,
    config,
    config.JWT_SECRET === undefined ? undefined : signerOf(config.JWT_SECRET),
  );
  await control.listen({ host: config.HOST, port: config.MOCKS_PORT });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void Promise.all([control.close(), fakes.close()]).then(() => process.exit(0)));
}
