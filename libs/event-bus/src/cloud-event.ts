/** An event in the JSON format of CloudEvents 1.0. */
export interface CloudEvent<Type extends string = string, Data extends object = object> {
  readonly specversion: '1.0';
  /** Unique within `source`. Of a write it is the idempotency key. At most 200 characters. */
  readonly id: string;
  /** The service that emitted it, for example `/catalog`. */
  readonly source: string;
  /** What happened, in the past tense, for example `StockReserved`. */
  readonly type: Type;
  /** When it happened: RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** What it is about: the id of the order, or of the product or customer. Events of one subject keep their order. */
  readonly subject: string;
  readonly datacontenttype: 'application/json';
  /** The contract of `data`, for example `/catalog/openapi.json#StockReserved`. */
  readonly dataschema: string;
  readonly data: Data;
}

/** An event and its position in the log. */
export interface LoggedEvent {
  /** Positions grow in the order in which events were stored. They start at 1 and may have gaps. */
  readonly position: number;
  readonly event: CloudEvent;
}
