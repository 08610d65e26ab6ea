import { common, databaseUrl, httpUrl, milliseconds, offInProduction, port } from '@bff/config';
import { downstreamsVariables } from '@bff/downstreams';
import { z } from 'zod';

/** What the orchestrator reads from its environment. */
export const orchestratorConfig = z
  .object({
    ...common,
    ...downstreamsVariables,
    ORCHESTRATOR_PORT: port(4010).describe('The port on which the engine calls the orchestrator (HTTP/2).'),
    ORCHESTRATOR_API_PORT: port(4011).describe("The port of the orchestrator's API: sagas and their timelines."),
    ORCHESTRATOR_DATABASE_URL: databaseUrl().describe(
      'The PostgreSQL database in which the timelines of sagas are kept.',
    ),
    ORCHESTRATOR_URL: httpUrl('http://127.0.0.1:4010').describe(
      'Where the engine finds the orchestrator: one address for all its instances, so that one takes over from another.',
    ),
    ENGINE_ADMIN_URL: httpUrl('http://127.0.0.1:4021').describe("The engine's admin address."),
    ENGINE_INGRESS_URL: httpUrl('http://127.0.0.1:4020').describe("The engine's ingress, where sagas are started."),
    STEP_TIMEOUT_MS: milliseconds(2_000).describe('The longest that one call of a step of a saga may take.'),
    PATIENCE_PERCENT: z.coerce
      .number({ error: 'a percentage from 1 to 1000 is expected' })
      .min(1, 'a percentage from 1 to 1000 is expected')
      .max(1_000, 'a percentage from 1 to 1000 is expected')
      .default(100)
      .describe('How long the steps of sagas are tried again, in percent of the patience that each step names.'),
    ENGINE_IDENTITY_KEYS: z
      .string()
      .transform((keys) => keys.split(',').map((key) => key.trim()))
      .optional()
      .describe(
        "The engine's public keys, comma-separated. With them, calls that the engine did not sign are refused.",
      ),
  })
  .superRefine(offInProduction('FORWARD_BAGGAGE'));

export type OrchestratorConfig = z.output<typeof orchestratorConfig>;
