export type { CloudEvent, LoggedEvent } from './cloud-event.js';
export type { Consumer, Consumption, EventBus } from './event-bus.js';
export { Outbox, writeOnceToOutbox, writeToOutbox } from './outbox/outbox.js';
export type { OutboxBacklog } from './outbox/outbox.js';
export { migrateOutbox } from './outbox/outbox.tables.js';
export { Relay } from './outbox/relay.js';
export type { RelayWatcher } from './outbox/relay.js';
export { PostgresEventBus } from './postgres/postgres-event-bus.js';
