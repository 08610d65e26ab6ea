import { createServer } from 'node:http2';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import * as restate from '@restatedev/restate-sdk';
import { Cancelled, OutOfPatience, tell } from './undo-loop.js';
import type { DurableRun } from './undo-loop.js';
import type { Outcome, Saga } from './saga.js';
import type { StepCall } from './step.js';
import { HANDLERS, PROBE, serviceNameOf } from './engine-names.js';

/** Retention of finished sagas in the engine: the same key finds the same outcome for this long. */
const RETENTION = { days: 3650 };

/** How the engine calls a step again that met trouble: soon at first, then every two seconds. */
const STEP_RETRY = { initialRetryInterval: 50, retryIntervalFactor: 2, maxRetryInterval: 2_000 } as const;

/**
 * How the engine delivers a saga again whose worker died or vanished. The first interval is the failover time. How often is
 * the engine's own setting (the SDK cannot say "for ever"): it must be unlimited, for a count that runs out would leave
 * orders unfinished because the orchestrator was away for a while.
 */
const DELIVERY_RETRY = { initialInterval: 10, exponentiationFactor: 2, maxInterval: 1_000 } as const;

const FINGERPRINT = 'fingerprint';

/** What is handed to the engine to start a saga. */
export interface SagaInput<Request> {
  readonly request: Request;
  /** Tells requests apart that came under the same saga id. */
  readonly fingerprint: string;
}

/** What the engine keeps of a saga that has ended. */
export interface Ended<Result> {
  readonly outcome: Outcome<Result>;
  /** Of the request that the saga was started with. */
  readonly fingerprint: string;
}

/** How a worker runs its sagas. */
export interface ServeOptions {
  /** The baggage header that a saga was started with goes to its participants. For tests. */
  readonly forwardBaggage?: boolean;
  /** How patient steps are, in percent of what they say. 100 when not given. */
  readonly patiencePercent?: number;
}

/** Makes a saga something that the engine can run. */
export function serve<P, Request, Result>(
  saga: Saga<P, Request, Result>,
  participantsFor: (call: StepCall) => P,
  { forwardBaggage = false, patiencePercent = 100 }: ServeOptions = {},
): ServedSaga {
  return restate.workflow({
    name: serviceNameOf(saga),
    handlers: {
      [HANDLERS.run]: async (
        context: restate.WorkflowContext,
        { request, fingerprint }: SagaInput<Request>,
      ): Promise<Ended<Result>> => {
        context.set(FINGERPRINT, fingerprint);
        const baggage = forwardBaggage ? context.request().headers.get('baggage') : undefined;
        const durable = durableRunOf(context, patiencePercent / 100);
        const outcome = await tell(saga, context.key, request, durable, (call) =>
          participantsFor({ ...call, baggage }),
        );
        return { outcome, fingerprint };
      },
      // A question leaves no journal behind, however often it is asked.
      [HANDLERS.fingerprint]: restate.handlers.workflow.shared(
        { journalRetention: 0 },
        (context: restate.WorkflowSharedContext): Promise<string | null> => context.get<string>(FINGERPRINT),
      ),
    },
    options: {
      workflowRetention: RETENTION,
      journalRetention: RETENTION,
      retryPolicy: { ...DELIVERY_RETRY, onMaxAttempts: 'pause' },
    },
  });
}

/** A saga in the engine's form. Its inside is this library's business. */
export type ServedSaga = restate.WorkflowDefinition<string, unknown>;

function durableRunOf(context: restate.WorkflowContext, patienceFactor: number): DurableRun {
  return {
    async run(name, action, patience) {
      try {
        return await context.run(name, () => withRetryAfter(action), {
          ...STEP_RETRY,
          ...(patience && {
            maxRetryDuration: { milliseconds: Math.round(patience.seconds * 1_000 * patienceFactor) },
          }),
        });
      } catch (error) {
        if (error instanceof restate.CancelledError) throw new Cancelled('The saga was asked to stop');
        // The only other terminal error here is the engine's own, when the retries have run out.
        if (error instanceof restate.TerminalError) throw new OutOfPatience(error.message, { cause: error });
        throw error;
      }
    },
  };
}

/** The longest that a downstream may ask a step to stay away, in milliseconds; its patience and its stock are running. */
const MAX_RETRY_AFTER_MS = 5_000;

/** Trouble that says when to come back is retried then, and not before. */
async function withRetryAfter<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const retryAfter = (error as { retryAfterMs?: unknown } | null)?.retryAfterMs;
    if (typeof retryAfter !== 'number') throw error;
    throw restate.RetryableError.from(error, { retryAfter: Math.ceil(Math.min(retryAfter, MAX_RETRY_AFTER_MS)) });
  }
}

/** A worker that serves sagas to the engine. */
export interface Worker {
  readonly port: number;
  close(): Promise<void>;
}

export interface WorkerOptions {
  readonly sagas: readonly ServedSaga[];
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Public keys of the engine; with them, requests that the engine did not sign are refused. */
  readonly identityKeys?: readonly string[];
  readonly onTrouble: (message: string) => void;
}

/** Listens for the engine (HTTP/2 in clear text). */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const probe = restate.service({
    name: PROBE.service,
    handlers: { [PROBE.handler]: (): Promise<string> => Promise.resolve('ok') },
    options: { journalRetention: 0 },
  });
  const handler = restate.createEndpointHandler({
    services: [...options.sagas, probe],
    ...(options.identityKeys && { identityKeys: [...options.identityKeys] }),
    logger: (meta, message, ...details: readonly unknown[]) => {
      // The SDK exports these levels as types alone.
      if (['warn', 'error'].includes(meta.level)) options.onTrouble([message, ...details].map(String).join(' '));
    },
  });
  const server = createServer(handler);
  const sessions = trackSessions(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The worker has no port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        // The engine keeps its connections open for ever; what runs on them is taken up elsewhere.
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
