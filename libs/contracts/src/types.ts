import type {
  components as CatalogComponents,
  operations as CatalogOperations,
  webhooks as CatalogWebhooks,
} from './generated/catalog.js';
import type {
  components as CustomerComponents,
  operations as CustomerOperations,
  webhooks as CustomerWebhooks,
} from './generated/customer.js';
import type {
  components as OrderComponents,
  operations as OrderOperations,
  webhooks as OrderWebhooks,
} from './generated/order.js';
import type {
  operations as OrchestratorOperations,
  components as OrchestratorComponents,
} from './generated/orchestrator.js';
import type { ApiName, ServiceName } from './services.js';

/** The operations of each API, generated from its OpenAPI document. */
interface Operations {
  readonly catalog: CatalogOperations;
  readonly customer: CustomerOperations;
  readonly order: OrderOperations;
  readonly orchestrator: OrchestratorOperations;
}

/** The operationIds of an API. */
export type OperationId<S extends ApiName> = Extract<keyof Operations[S], string>;

type Parameters<S extends ApiName, O extends OperationId<S>> = Operations[S][O] extends { parameters: infer P }
  ? P
  : never;
type Part<P, K extends string> = P extends Record<K, infer V> ? V : P extends Partial<Record<K, infer V>> ? V : never;

/** The path parameters of an operation. */
export type PathOf<S extends ApiName, O extends OperationId<S>> = Part<Parameters<S, O>, 'path'>;

/** The query parameters of an operation. */
export type QueryOf<S extends ApiName, O extends OperationId<S>> = Exclude<Part<Parameters<S, O>, 'query'>, undefined>;

/** The JSON body of an operation's request. */
export type BodyOf<S extends ApiName, O extends OperationId<S>> = Operations[S][O] extends {
  requestBody: { content: { 'application/json': infer B } };
}
  ? B
  : undefined;

/** The JSON body of an operation's 200 answer. */
export type AnswerOf<S extends ApiName, O extends OperationId<S>> = Operations[S][O] extends {
  responses: { 200: { content: { 'application/json': infer B } } };
}
  ? B
  : never;

/** The responses to a transient failure; every operation may give them. */
type TransientStatus = 404 | 413 | 429 | 500 | 502 | 503 | 504;

type Responses<S extends ApiName, O extends OperationId<S>> = Operations[S][O] extends { responses: infer R }
  ? R
  : never;
type JsonOf<Response> = Response extends { content: { 'application/json': infer B } } ? B : never;

/** The statuses that an operation may answer with. */
export type StatusOf<S extends ApiName, O extends OperationId<S>> =
  Extract<keyof Responses<S, O>, number> | TransientStatus;

/** The JSON body of an operation's answer with a status; the status of a transient failure has the body of a Problem. */
export type AnswerAt<
  S extends ApiName,
  O extends OperationId<S>,
  Status extends number,
> = Status extends keyof Responses<S, O>
  ? JsonOf<Responses<S, O>[Status]>
  : Responses<S, O> extends { default: infer D }
    ? JsonOf<D>
    : never;

type CatalogSchemas = CatalogComponents['schemas'];
type CustomerSchemas = CustomerComponents['schemas'];
type OrderSchemas = OrderComponents['schemas'];

export type Category = CatalogSchemas['Category'];
export type Product = CatalogSchemas['Product'];
export type Reservation = CatalogSchemas['Reservation'];
export type ReservationLine = CatalogSchemas['ReservationLine'];

export type Customer = CustomerSchemas['Customer'];
export type Address = CustomerSchemas['Address'];
export type PaymentMethod = CustomerSchemas['PaymentMethod'];
export type Payment = CustomerSchemas['Payment'];

export type Order = OrderSchemas['Order'];
export type OrderLine = OrderSchemas['OrderLine'];
export type PostalAddress = OrderSchemas['PostalAddress'];
export type Purchase = OrderSchemas['Purchase'];

type OrchestratorSchemas = OrchestratorComponents['schemas'];

export type SagaOverview = OrchestratorSchemas['Saga'];
export type SagaEvent = OrchestratorSchemas['Fact'];

/** Whether two unions have the same members. For checks that two lists of the same names have not drifted apart. */
export type IsSame<A, B> = [A, B] extends [B, A] ? true : false;

/** The events of each service, generated from the webhooks of its OpenAPI document. */
interface Events {
  readonly catalog: { readonly [T in keyof CatalogWebhooks]: CatalogSchemas[T] };
  readonly customer: { readonly [T in keyof CustomerWebhooks]: CustomerSchemas[T] };
  readonly order: { readonly [T in keyof OrderWebhooks]: OrderSchemas[T] };
}

/** The types of the events that a service emits, for example `StockReserved`. */
export type EventType<S extends ServiceName = ServiceName> = S extends ServiceName
  ? Extract<keyof Events[S], string>
  : never;

/** The data of an event. */
export type EventData<T extends EventType> = {
  [S in ServiceName]: T extends keyof Events[S] ? Events[S][T] : never;
}[ServiceName];

/** What a service says of an event: its type and data. One member for each type that the service emits. */
export type EventDraft<S extends ServiceName = ServiceName> = {
  [T in EventType<S>]: { readonly type: T; readonly data: EventData<T> };
}[EventType<S>];
