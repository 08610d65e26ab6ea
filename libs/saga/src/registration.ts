import { connect, rpc } from '@restatedev/restate-sdk-clients';
import { PROBE } from './engine-names.js';

/** Tells the engine where a worker answers. Throws when the engine does not answer or does not reach the worker. */
export async function registerWorker(engineAdminUrl: string, workerUrl: string): Promise<void> {
  // force: the same address serves a newer build after a restart.
  const response = await fetch(`${engineAdminUrl}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: workerUrl, force: true }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok)
    throw new Error(`The engine refused the worker at ${workerUrl}: ${response.status} ${await response.text()}`);
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
