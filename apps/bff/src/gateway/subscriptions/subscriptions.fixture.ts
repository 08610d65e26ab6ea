import type { ScenarioWorld } from '@bff/testing';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** What happened to a subscription: it failed with this error, it completed, or it was still open after a while. */
export type Outcome = { readonly code: string; readonly message: string } | 'completed' | 'open';

interface ReceivedError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a client sends. */
export type Parts = Readonly<Record<string, unknown>>;

/** A connection of a client, over which it subscribes. */
export interface SubscriptionClient {
  /** Resolves with the first error, when the subscription completes, or when it is still open after `openAfterMs` milliseconds. */
  subscribe(parts: Parts, openAfterMs?: number): Promise<Outcome>;
  close(): Promise<void>;
}

const toOutcome = ({ message, extensions = {} }: ReceivedError): Outcome => ({
  code: String(extensions['code']),
  message,
});

async function socketClient(world: ScenarioWorld, token: string | null): Promise<SubscriptionClient> {
  const client = createClient({
    url: world.graphqlUrl.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    ...(token !== null && { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  return Promise.resolve({
    subscribe: (parts, openAfterMs) =>
      new Promise<Outcome>((resolve) => {
        if (openAfterMs !== undefined) setTimeout(resolve, openAfterMs, 'open');
        client.subscribe(
          { query: '', ...parts },
          {
            next: ({ errors = [] }) => errors.forEach((error) => resolve(toOutcome(error))),
            error: (error) =>
              resolve(Array.isArray(error) ? toOutcome(error[0] as ReceivedError) : toOutcome(error as ReceivedError)),
            complete: () => resolve('completed'),
          },
        );
      }),
    close: async () => client.dispose(),
  });
}

function eventClient(world: ScenarioWorld, token: string | null): Promise<SubscriptionClient> {
  const gone = new AbortController();
  return Promise.resolve({
    subscribe: async (parts, openAfterMs) => {
      const response = await fetch(`${world.graphqlUrl}/stream`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(parts),
        signal: gone.signal,
      });
      const late = new Promise<Outcome>((resolve) => {
        if (openAfterMs !== undefined) setTimeout(resolve, openAfterMs, 'open');
      });
      return Promise.race([late, readFirst(response)]);
    },
    close: () => Promise.resolve(gone.abort()),
  });
}

async function readFirst(response: Response): Promise<Outcome> {
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      const data = /\{.*\}/.exec(text)?.[0];
      if (data === undefined) continue;
      const { errors = [] } = JSON.parse(data) as { readonly errors?: readonly ReceivedError[] };
      if (errors[0]) return toOutcome(errors[0]);
    }
  } catch (error) {
    return { code: 'DISCONNECTED', message: String(error) };
  }
  return 'completed';
}

/** The transports of subscriptions. */
export const TRANSPORTS = [
  { transport: 'a WebSocket', connect: socketClient },
  { transport: 'server-sent events', connect: eventClient },
] as const;
