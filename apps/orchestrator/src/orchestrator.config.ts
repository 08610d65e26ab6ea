import { common, databaseUrl, httpUrl, milliseconds, rejectInProduction, port } from '@bff/config';
import { downstreamsVariables } from '@bff/downstreams';
import { z } from 'zod';

/** The configuration of the orchestrator, from environment variables. */
export const orchestratorConfig = z
  .object({
    ...common,
    ...downstreamsVariables,
    ORCHESTRATOR_PORT: port(4010).describe('Port on which the engine calls the orchestrator (HTTP/2).'),
    ORCHESTRATOR_API_PORT: port(4011).describe("Port of the orchestrator's API: sagas and their timelines."),
    ORCHESTRATOR_DATABASE_URL: databaseUrl().describe('PostgreSQL database that stores the timelines of sagas.'),
    ORCHESTRATOR_URL: httpUrl('http://127.0.0.1:4010').describe(
      'URL at which the engine finds the orchestrator: one address for all its instances, so that any instance can resume a saga.',
    ),
    ENGINE_ADMIN_URL: httpUrl('http://127.0.0.1:4021').describe("URL of the engine's admin API."),
    ENGINE_INGRESS_URL: httpUrl('http://127.0.0.1:4020').describe(
      "URL of the engine's ingress, at which sagas are started.",
    ),
    STEP_TIMEOUT_MS: milliseconds(2_000).describe(
      'Timeout of one call of a saga step, in milliseconds; then the engine retries the step.',
    ),
    STEP_RETRY_TIMEOUT_PERCENT: z.coerce
      .number({ error: 'a percentage from 1 to 1000 is expected' })
      .min(1, 'a percentage from 1 to 1000 is expected')
      .max(1_000, 'a percentage from 1 to 1000 is expected')
      .default(100)
      .describe('How long saga steps are retried, in percent of the retry timeout that each step declares.'),
    ENGINE_IDENTITY_KEYS: z
      .string()
      .transform((keys) => keys.split(',').map((key) => key.trim()))
      .optional()
      .describe(
        'Comma-separated public keys of the engine. When set, calls that the engine did not sign are rejected.',
      ),
  })
  .superRefine(rejectInProduction('FORWARD_BAGGAGE'));

export type OrchestratorConfig = z.output<typeof orchestratorConfig>;
