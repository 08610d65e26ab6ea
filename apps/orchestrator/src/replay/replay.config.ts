import { databaseUrl } from '@bff/config';
import { z } from 'zod';

/** The configuration of a replay, from environment variables. */
export const replayConfig = z.object({
  ORCHESTRATOR_DATABASE_URL: databaseUrl().describe(
    'The PostgreSQL database in which the timelines of sagas are kept.',
  ),
});
