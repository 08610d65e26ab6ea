import { createServer } from 'node:http2';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import * as restate from '@restatedev/restate-sdk';
import { PROBE } from './engine-names.js';
import { createFactDelivery } from './fact-delivery.js';
import type { SagaWorkflow } from './saga-workflow.js';
import type { Timeline } from '../core/timeline.js';

/** A worker that serves sagas to the engine. */
export interface Worker {
  readonly port: number;
  close(): Promise<void>;
}

export interface WorkerOptions {
  readonly sagas: readonly SagaWorkflow[];
  /** Where the facts of the sagas are stored. */
  readonly timeline: Timeline;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Public keys of the engine; with them, requests that the engine did not sign are rejected. */
  readonly identityKeys?: readonly string[];
  readonly onWarning: (message: string) => void;
}

/** Listens for the engine (HTTP/2 in clear text). */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const probe = restate.service({
    name: PROBE.service,
    handlers: { [PROBE.handler]: (): Promise<string> => Promise.resolve('ok') },
    options: { journalRetention: 0 },
  });
  const handler = restate.createEndpointHandler({
    services: [...options.sagas.map(({ definition }) => definition), createFactDelivery(options.timeline), probe],
    ...(options.identityKeys && { identityKeys: [...options.identityKeys] }),
    logger: (meta, message, ...details: readonly unknown[]) => {
      // The SDK exports these levels as types alone.
      if (['warn', 'error'].includes(meta.level)) options.onWarning([message, ...details].map(String).join(' '));
    },
  });
  const server = createServer(handler);
  const sessions = trackSessions(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The worker listens on no TCP port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        // The engine never closes its connections; it delivers what runs on them to another worker.
        for (const session of sessions) session.destroy();
      }),
  };
}

function trackSessions(server: Http2Server): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return sessions;
}
