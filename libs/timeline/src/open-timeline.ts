import { migrate, openDatabase, retryUntilDatabaseAnswers } from '@bff/database';
import type { StartLog } from '@bff/database';
import { rebuildProjection } from './rebuild-projection.js';
import { TimelineListener } from './timeline.listener.js';
import { TimelineReader } from './timeline.reader.js';
import { EventLog } from './event-log.js';
import { timelineMigrations } from './timeline.tables.js';
import type { TimelineTables } from './timeline.tables.js';
import { TimelineWriter } from './timeline.writer.js';

/** The timelines of sagas, open for writing and reading. */
export interface OpenTimeline {
  readonly writer: TimelineWriter;
  readonly reader: TimelineReader;
  readonly listener: TimelineListener;
  /** Rebuilds the projection of every saga from the event log; returns the number of sagas. */
  rebuildProjection(): Promise<number>;
  close(): Promise<void>;
}

/** Waits for the database, brings it up to date and opens it. */
export async function openTimeline(
  databaseUrl: string,
  onFailure: (error: unknown) => void,
  log: StartLog = console,
): Promise<OpenTimeline> {
  await retryUntilDatabaseAnswers(databaseUrl, log, () => migrate(databaseUrl, timelineMigrations));
  const database = openDatabase<TimelineTables>(databaseUrl, onFailure, { preferIndexes: true });
  const writer = new TimelineWriter(new EventLog(database), onFailure);
  const listener = new TimelineListener(databaseUrl, onFailure);
  return {
    writer,
    listener,
    reader: new TimelineReader(database),
    rebuildProjection: () => rebuildProjection(database),
    async close() {
      await writer.close();
      await listener.close();
      await database.destroy();
    },
  };
}
