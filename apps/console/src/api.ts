import { createClient } from 'graphql-sse';
import { DECIDE, DETAILS, PROGRESS, SEARCH } from './documents.js';
import type { DecisionAction, Saga, SagaDetails, SagaName, SagaStatus } from './saga.js';

/** Why the BFF did not answer as it was asked: `code` is one of its error codes, or UNREACHABLE. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Which sagas are looked for; what is empty does not matter. */
export interface Search {
  readonly id: string;
  readonly customerId: string;
  readonly step: string;
  readonly saga: SagaName | '';
  readonly status: readonly SagaStatus[];
  /** It began so many seconds ago, or before. */
  readonly olderThanSeconds: number | null;
}

export interface SagaPage {
  readonly nodes: readonly Saga[];
  readonly endCursor: string | null;
}

/** The BFF, asked in the name of whoever the token stands for. */
export class Api {
  constructor(private readonly token: string) {}

  async search(search: Search, after: string | null, signal: AbortSignal): Promise<SagaPage> {
    const given = Object.entries(search).filter(([, value]) => value !== '' && value !== null);
    const variables = { ...Object.fromEntries(given), after };
    const { sagas } = await this.ask<{ sagas: SagaPage | null }>(SEARCH, variables, signal);
    if (!sagas) throw new ApiError('UNREACHABLE', 'The orchestrator does not answer');
    return sagas;
  }

  /** Null when there is no such saga (yet). */
  async details(saga: SagaName, orderId: string, signal: AbortSignal): Promise<SagaDetails | null> {
    return (await this.ask<{ saga: SagaDetails | null }>(DETAILS, { orderId, saga }, signal)).saga;
  }

  /** Calls `onEvent` for each event after the one named, until it is over or told to stop; reconnects by itself. */
  follow(saga: SagaName, orderId: string, after: string | null, onEvent: () => void): () => void {
    const client = createClient({ url: '/graphql/stream', headers: this.headers, retryAttempts: Infinity });
    const stop = client.subscribe(
      { query: PROGRESS, variables: { orderId, saga, after } },
      { next: onEvent, error: onEvent, complete: onEvent },
    );
    return () => {
      stop();
      client.dispose();
    };
  }

  /** Decides how a saga goes on; the text says why that could not be done, null that it was. */
  async decide(
    { saga, id: orderId }: Saga,
    decision: { readonly action: DecisionAction; readonly why: string; readonly result: string | null },
  ): Promise<string | null> {
    const variables = { input: { orderId, saga, ...decision } };
    const { decideSaga } = await this.ask<{ decideSaga: { __typename: string; message?: string } }>(DECIDE, variables);
    return decideSaga.message ?? null;
  }

  private get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` };
  }

  private async ask<Data>(query: string, variables: object, signal?: AbortSignal): Promise<Data> {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new ApiError('UNREACHABLE', 'The BFF does not answer');
    });
    const { data, errors } = (await response.json()) as Answer<Data>;
    const [first] = errors ?? [];
    if (first) throw new ApiError(first.extensions?.code ?? 'UNREACHABLE', first.message);
    if (!data) throw new ApiError('UNREACHABLE', `The BFF answered ${response.status}`);
    return data;
  }
}

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}
