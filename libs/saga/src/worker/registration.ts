import { connect, HttpCallError, rpc } from '@restatedev/restate-sdk-clients';
import { queryEngine } from './engine-query.js';
import { HANDLERS, PROBE, STATE } from './engine-names.js';
import type { SagaName } from '../core/saga.js';

/** Registers the address of a worker with the engine. Throws when the engine does not answer or does not reach the worker. */
export async function registerWorker(engineAdminUrl: string, workerUrl: string): Promise<void> {
  // force: the same address serves a newer build after a restart.
  const response = await fetch(`${engineAdminUrl}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: workerUrl, force: true }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok)
    throw new Error(
      `Engine ${engineAdminUrl} did not register the worker at ${workerUrl}: ${response.status} ${await response.text()}`,
    );
  await response.body?.cancel();
}

/** Sends a probe through the engine to the worker and back. Throws when it does not come back. */
export async function probeEngine(engineIngressUrl: string): Promise<void> {
  await connect({ url: engineIngressUrl }).call<null, string>({
    service: PROBE.service,
    handler: PROBE.handler,
    parameter: null,
    opts: rpc.opts({ timeout: 2_000 }),
  });
}

/** False when the engine answers and has no worker, because its data are new. Throws when it does not answer. */
export async function isAnyWorkerRegistered(engineIngressUrl: string): Promise<boolean> {
  try {
    await probeEngine(engineIngressUrl);
    return true;
  } catch (error) {
    if (error instanceof HttpCallError && error.status === 404) return false;
    throw error;
  }
}

/** The versions of a saga that have sagas in flight. Throws when the engine does not answer. */
export async function findVersionsInFlight(engineAdminUrl: string, saga: SagaName): Promise<number[]> {
  // The name of a saga is a constant of our code, of letters and digits.
  const query = `select distinct split_part(split_part(s.value_utf8, '"version":', 2), ',', 1) as version from state s
    join sys_invocation i on i.target_service_name = s.service_name and i.target_service_key = s.service_key
    where s.service_name = '${saga.name}' and s.key = '${STATE.about}'
      and i.target_handler_name = '${HANDLERS.run}' and i.status != 'completed'`;
  const rows = await queryEngine<{ readonly version: string }>(engineAdminUrl, query);
  return rows.map(({ version }) => Number(version)).sort((a, b) => a - b);
}
