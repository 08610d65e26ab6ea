import { createClient } from 'graphql-sse';
import { DECIDE, DETAILS, PROGRESS, SEARCH } from './documents.js';
import type { DecisionAction, Saga, SagaDetails, SagaName, SagaStatus } from './saga.js';

/** Why a request to the BFF failed: `code` is one of the error codes of the BFF, or UNREACHABLE. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The filter of a search for sagas. Empty values match everything. */
export interface Search {
  readonly id: string;
  readonly customerId: string;
  readonly step: string;
  readonly saga: SagaName | '';
  readonly status: readonly SagaStatus[];
  /** Started at least this number of seconds ago; null for any. */
  readonly olderThanSeconds: number | null;
}

export interface SagaPage {
  readonly nodes: readonly Saga[];
  readonly endCursor: string | null;
}

/** The BFF, called with this token. */
export class Api {
  constructor(private readonly token: string) {}

  async search(search: Search, after: string | null, signal: AbortSignal): Promise<SagaPage> {
    const given = Object.entries(search).filter(([, value]) => value !== '' && value !== null);
    const variables = { ...Object.fromEntries(given), after };
    const { sagas } = await this.ask<{ sagas: SagaPage | null }>(SEARCH, variables, signal);
    if (!sagas) throw new ApiError('UNREACHABLE', 'The orchestrator does not respond');
    return sagas;
  }

  /** null when the saga does not exist (yet). */
  async findDetails(saga: SagaName, orderId: string, signal: AbortSignal): Promise<SagaDetails | null> {
    return (await this.ask<{ saga: SagaDetails | null }>(DETAILS, { orderId, saga }, signal)).saga;
  }

  /** Calls `onEvent` for each event after `after`, until the saga ends or the returned function is called. Reconnects by itself. */
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

  /** Decides how a saga continues. Resolves with null, or with the reason for which the decision was not accepted. */
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
      throw new ApiError('UNREACHABLE', 'The BFF does not respond');
    });
    const { data, errors } = (await response.json()) as GraphqlResponse<Data>;
    const [first] = errors ?? [];
    if (first) throw new ApiError(first.extensions?.code ?? 'UNREACHABLE', first.message);
    if (!data) throw new ApiError('UNREACHABLE', `The BFF responded with the HTTP status ${response.status}`);
    return data;
  }
}

interface GraphqlResponse<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}
