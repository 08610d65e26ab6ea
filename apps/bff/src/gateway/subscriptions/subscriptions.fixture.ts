import type { ScenarioWorld } from '@bff/testing';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** What a subscription came to: its first error's code, or that it was taken, or that it ended. */
export type Came = { readonly code: string; readonly message: string } | 'over' | 'taken';

interface Told {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What a client sends. */
export type Parts = Readonly<Record<string, unknown>>;

/** A connection of a client, over which it subscribes. */
export interface SubscriptionClient {
  /** Resolves when there is an error, when it is over, or, with a time in milliseconds, when it is still open after that. */
  subscribe(parts: Parts, openAfterMs?: number): Promise<Came>;
  close(): Promise<void>;
}

const came = ({ message, extensions = {} }: Told): Came => ({ code: String(extensions['code']), message });

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
      new Promise<Came>((resolve) => {
        if (openAfterMs !== undefined) setTimeout(resolve, openAfterMs, 'taken');
        client.subscribe(
          { query: '', ...parts },
          {
            next: ({ errors = [] }) => errors.forEach((error) => resolve(came(error))),
            error: (error) => resolve(Array.isArray(error) ? came(error[0] as Told) : came(error as Told)),
            complete: () => resolve('over'),
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
          ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
          ...(token !== null && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(parts),
        signal: gone.signal,
      });
      const late = new Promise<Came>((resolve) => {
        if (openAfterMs !== undefined) setTimeout(resolve, openAfterMs, 'taken');
      });
      return Promise.race([late, firstOf(response)]);
    },
    close: () => Promise.resolve(gone.abort()),
  });
}

async function firstOf(response: Response): Promise<Came> {
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      const data = /\{.*\}/.exec(text)?.[0];
      if (data === undefined) continue;
      const { errors = [] } = JSON.parse(data) as { readonly errors?: readonly Told[] };
      if (errors[0]) return came(errors[0]);
    }
  } catch (error) {
    return { code: 'CUT', message: String(error) };
  }
  return 'over';
}

/** The doors to subscriptions. */
export const TRANSPORTS = [
  { door: 'a WebSocket', connect: socketClient },
  { door: 'server-sent events', connect: eventClient },
] as const;
