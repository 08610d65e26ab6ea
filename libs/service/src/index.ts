export { decodeCursor, encodeCursor } from './cursor.js';
export { DATABASE } from './database.js';
export type { Migrations } from './database.js';
export { Input, Operation } from './operation.js';
export { Participant } from './participant.js';
export type { Write } from './participant.js';
export type { ParticipantTables } from './participant.tables.js';
export { startService } from './start-service.js';
export type { RunningService, ServiceDefinition } from './start-service.js';
