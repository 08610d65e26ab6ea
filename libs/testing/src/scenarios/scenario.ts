import { afterAll, beforeAll } from '@jest/globals';
import type { Fakes, Scope } from '@bff/fakes';
import { runInScope, ScenarioScope } from './scenario.scope.js';
import { declareTests } from './declare-tests.js';
import type { ConcurrentPlay } from './declare-tests.js';
import { toRequestBody } from './request-body.js';

/** The system under test of scenarios: a BFF, and the processes behind it, over fakes of the downstreams. */
export interface ScenarioWorld {
  /** Fakes with `unknownScopes: 'reject'`, so that a lost scope is noticed. */
  readonly fakes: Fakes;
  readonly graphqlUrl: string;
  /** A token that the BFF takes for this customer's, with more claims in it. */
  createToken(customerId: string, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/** A GraphQL operation, and the shape of its answer for the compiler. */
export interface GraphQLDocument<Data> {
  readonly query: string;
  /** For the compiler alone; never set. */
  readonly data?: Data;
}

/** Says which shape the answer to an operation has. */
export function document<Data>(query: string): GraphQLDocument<Data> {
  return { query };
}

/** An error of a GraphQL answer, as briefly as a test wants it: the path joined by dots. */
export interface BriefError {
  readonly code: string;
  readonly path: string;
  readonly downstream?: string;
}

/** A GraphQL answer. */
export interface ScenarioAnswer<Data> {
  /** Of HTTP. */
  readonly status: number;
  /** What was asked for. Where there is no spine, it is null whatever the type says. */
  readonly data: Data;
  /** Undefined when there were none. */
  readonly errors: readonly BriefError[] | undefined;
  /** The whole answer as it came. */
  readonly raw: unknown;
}

/** A client of the BFF. */
export interface Client {
  gql<Data>(document: GraphQLDocument<Data>, variables?: object): Promise<ScenarioAnswer<Data>>;
}

/** A scenario over a BFF. */
export class BffScenario extends ScenarioScope {
  constructor(
    scope: Scope,
    private readonly world: ScenarioWorld,
  ) {
    super(scope);
  }

  /** A client with the token of a customer; with null it sends no token. When the signal aborts, the client disconnects. */
  as(customerId: string | null, signal?: AbortSignal): Client {
    return this.createClient(customerId, {}, signal);
  }

  /** A client with the token of an operator. */
  asOperator(operatorId: string): Client {
    return this.createClient(operatorId, { roles: ['operator'] });
  }

  private createClient(
    customerId: string | null,
    claims: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Client {
    return {
      gql: async <Data>({ query }: GraphQLDocument<Data>, variables: object = {}) => {
        const response = await fetch(this.world.graphqlUrl, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            baggage: this.baggage,
            ...(customerId !== null && { authorization: `Bearer ${await this.world.createToken(customerId, claims)}` }),
          },
          body: JSON.stringify(toRequestBody(query, variables)),
          ...(signal && { signal }),
        });
        const raw = (await response.json()) as { readonly data?: Data; readonly errors?: readonly RawError[] };
        if (raw.errors)
          this.notes.push(`${customerId ?? 'An anonymous client'} was answered ${shorten(JSON.stringify(raw))}`);
        // What came over the wire is what the test is about to check.
        return {
          status: response.status,
          data: (raw.data ?? null) as Data,
          errors: raw.errors?.map(toBriefError),
          raw,
        };
      },
    };
  }
}

/** The maximum length of a response in a note, in characters. */
const MAX_NOTE_LENGTH = 2_000;

function shorten(text: string): string {
  return text.length > MAX_NOTE_LENGTH ? `${text.slice(0, MAX_NOTE_LENGTH)}...` : text;
}

interface RawError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly downstream?: string };
}

function toBriefError({ message, path = [], extensions = {} }: RawError): BriefError {
  const { code = message, downstream } = extensions;
  return { code, path: path.join('.'), ...(downstream !== undefined && { downstream }) };
}

/** Runs one scenario over a started world. Rejects with what is wrong. */
export function runScenario(
  world: ScenarioWorld,
  name: string,
  body: (t: BffScenario) => Promise<void> | void,
): Promise<void> {
  return runInScope(world.fakes, name, (scope) => new BffScenario(scope, world), body);
}

/**
 * Declares scenarios over a world, which is started before the first and stopped after the last of the file. A scenario
 * fails when no request met a stub or fault that it set up, when it leaves an order half done, and when a request or an answer broke a
 * contract, even if the BFF recovered from it; then it prints the call log of its scope. The file fails when a request came
 * for no scope, or for one that had ended.
 */
export function scenarios(startWorld: () => Promise<ScenarioWorld>): ConcurrentPlay<BffScenario> {
  let world: ScenarioWorld | undefined;
  beforeAll(async () => {
    world = await startWorld();
  }, 60_000);
  afterAll(async () => {
    const strays = world?.fakes.strays ?? [];
    await world?.close();
    if (strays.length > 0) throw new Error(`Requests came for no running scenario:\n${strays.join('\n')}`);
  }, 60_000);
  return declareTests((name, body) => {
    if (!world) throw new Error('The world of the scenarios has not started');
    return runScenario(world, name, body);
  });
}
