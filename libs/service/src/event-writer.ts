import { ContractViolation, getEvent } from '@bff/contracts';
import type { EventDraft, ServiceName } from '@bff/contracts';
import { writeOnceToOutbox, writeToOutbox } from '@bff/event-bus';
import type { CloudEvent } from '@bff/event-bus';
import type { QueryExecutorProvider } from 'kysely';
import type { Emission, SubjectEvent } from './emitted-events.js';
import type { Write } from './write.js';
import type { StoredAnswer } from './participant.tables.js';

/** What an event writer knows of its service. */
export interface EventWriterOptions {
  readonly service: ServiceName;
  readonly byOperation: Readonly<Partial<Record<string, Emission>>>;
  /** Whether each event is checked against its contract before it is written. */
  readonly check: boolean;
  /** Called after the commit of a transaction that wrote events. */
  readonly onCommitted: () => void;
}

/** Writes the events of a service into its outbox, in the transactions of their effects. */
export class EventWriter {
  constructor(private readonly options: EventWriterOptions) {}

  /**
   * Writes the event of an effect that was applied. An effect that is repeated under another idempotency key emits nothing: each
   * event happens to an order once. Returns whether an event was written.
   */
  async writeEffect(tx: QueryExecutorProvider, write: Write, answer: StoredAnswer): Promise<boolean> {
    const emission = this.options.byOperation[write.operation];
    if (!emission) return false;
    if (answer.status === 200) {
      // The stored body is what the operation answers.
      const draft = emission.emit(answer.body as never);
      return draft !== undefined && (await writeOnceToOutbox(tx, this.createEvent(draft, write.id, write.key)));
    }
    const draft = emission.emitRejection?.(answer.body as { code: string; message: string });
    if (draft) await writeToOutbox(tx, [this.createEvent(draft, write.id, write.key)]);
    return draft !== undefined;
  }

  /** Writes an event that no write of a caller led to. Its id is made of its type and subject: it happens once. */
  async write(tx: QueryExecutorProvider, subject: string, draft: EventDraft): Promise<void> {
    await writeOnceToOutbox(tx, this.createEvent(draft, subject, `${draft.type}/${subject}`));
  }

  /** Writes events of rows that have none yet. */
  async writeAll(tx: QueryExecutorProvider, events: readonly SubjectEvent[]): Promise<void> {
    const created = events.map(({ subject, event }) => this.createEvent(event, subject, `${event.type}/${subject}`));
    await writeToOutbox(tx, created);
  }

  /** Call it after the commit of a transaction that wrote events: they are published soon. */
  notifyCommitted(): void {
    this.options.onCommitted();
  }

  private createEvent({ type, data }: EventDraft, subject: string, id: string): CloudEvent {
    const { service, check } = this.options;
    if (check) assertValid(service, type, data);
    return {
      specversion: '1.0',
      id,
      source: `/${service}`,
      type,
      time: new Date().toISOString(),
      subject,
      datacontenttype: 'application/json',
      dataschema: `/${service}/openapi.json#${type}`,
      data,
    };
  }
}

/** An event that violates its contract is a bug of this service, and not of the caller. */
function assertValid(service: ServiceName, type: string, data: unknown): void {
  try {
    getEvent(service, type).checkData(data);
  } catch (error) {
    if (error instanceof ContractViolation)
      throw new Error(`The event violates its contract: ${error.message}`, { cause: error });
    throw error;
  }
}
