import { createClient as createEventClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';

/** What a subscription brought. */
export interface Subscription<T> {
  /** Every event, in the order in which they came. */
  readonly events: readonly T[];
  /** Resolves when it is over; rejects with what the server said was wrong. */
  readonly over: Promise<void>;
  /** Disconnects. */
  cut(): void;
  /** Resolves when this number of events has come. */
  until(count: number): Promise<void>;
}

interface Listening {
  readonly graphqlUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string;
}

/** A way to subscribe. */
export type Subscribe = <T>(listening: Listening) => Subscription<T>;

/** Over a WebSocket, with the client that frontends use. */
export const subscribeOverWebSocket: Subscribe = ({ graphqlUrl, headers, query }) => {
  const client = createSocketClient({
    url: graphqlUrl.replace('http', 'ws'),
    connectionParams: headers,
    retryAttempts: 0,
    webSocketImpl: WebSocket,
  });
  return listen((sink) => {
    client.subscribe({ query }, sink);
    return () => client.terminate();
  });
};

/** Over server-sent events. */
export const subscribeOverSse: Subscribe = ({ graphqlUrl, headers, query }) => {
  const client = createEventClient({ url: `${graphqlUrl}/stream`, headers, retryAttempts: 0 });
  return listen((sink) => {
    client.subscribe({ query }, sink);
    return () => client.dispose();
  });
};

interface Sink {
  next(result: { readonly data?: unknown; readonly errors?: unknown }): void;
  error(error: unknown): void;
  complete(): void;
}

function listen<T>(subscribe: (sink: Sink) => () => void): Subscription<T> {
  const events: T[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const { promise: over, resolve, reject } = Promise.withResolvers<void>();
  over.catch(() => undefined);
  const cut = subscribe({
    next: ({ data, errors }) => {
      if (errors !== undefined) return reject(errors);
      // What came over the wire is what the test is about to check; a subscription has one field.
      events.push(...(Object.values(data as object) as T[]));
      for (const { count, resolve: wake } of waiting) if (events.length >= count) wake();
    },
    error: reject,
    complete: () => resolve(),
  });
  return {
    events,
    over,
    cut,
    until: (count) => new Promise((wake) => (events.length >= count ? wake() : waiting.push({ count, resolve: wake }))),
  };
}
