import { z } from 'zod';
import { findRenamedVariables } from './renamed-variables.js';

/** Environment variables as text, for example process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is wrong. Every line of the message names a variable and says what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads an app's configuration from the environment, once, at start. An empty variable counts as not set.
 * Throws ConfigError with one line per wrong variable, and for variables that are set by a name of an older release.
 */
export function readConfig<T extends z.ZodType>(schema: T, environment: Environment): z.output<T> {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const renamed = findRenamedVariables(given);
  if (renamed.length > 0) throw new ConfigError(renamed.join('\n'));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = issue.path.join('.') || 'configuration';
    const value = given[name];
    const secret = /SECRET|PASSWORD|TOKEN|DATABASE_URL/.test(name);
    return `${name}${value === undefined ? ' is not set' : secret ? ' is wrong' : `="${value}" is wrong`}: ${issue.message}`;
  });
  throw new ConfigError(lines.join('\n'));
}

/** A TCP port. */
export const port = (fallback: number) =>
  z.coerce
    .number({ error: 'a port from 1 to 65535 is expected' })
    .int('a port from 1 to 65535 is expected')
    .min(1, 'a port from 1 to 65535 is expected')
    .max(65_535, 'a port from 1 to 65535 is expected')
    .default(fallback);

/** The base URL of a service, without a slash at its end. */
export const httpUrl = (fallback: string) =>
  z
    .url({ protocol: /^https?$/, error: 'an http:// or https:// URL is expected' })
    .transform((url) => url.replace(/\/+$/, ''))
    .default(fallback);

/** A whole number of milliseconds. */
export const milliseconds = (fallback: number, { min = 1, max = 3_600_000 }: { min?: number; max?: number } = {}) => {
  const error = `a whole number of milliseconds from ${min} to ${max} is expected`;
  return z.coerce.number({ error }).int(error).min(min, error).max(max, error).default(fallback);
};

/** A whole number. */
export const wholeNumber = (fallback: number, { min = 0, max }: { min?: number; max: number }) => {
  const error = `a whole number from ${min} to ${max} is expected`;
  return z.coerce.number({ error }).int(error).min(min, error).max(max, error).default(fallback);
};

/** A boolean, written as true or false. */
export const flag = (fallback: boolean) => z.stringbool({ error: 'true or false is expected' }).default(fallback);

/** A refinement of a schema: flags that are for tests only must be false in production. */
export function rejectInProduction<Name extends string>(...names: readonly Name[]) {
  return (
    config: Readonly<Record<Name, boolean>> & { readonly NODE_ENV: string },
    context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
  ): void => {
    if (config.NODE_ENV !== 'production') return;
    for (const name of names)
      if (config[name])
        context.addIssue({ code: 'custom', path: [name], message: 'it is for tests and must be false in production' });
  };
}

/** The variables that every app reads. */
export const common = {
  HOST: z.string().default('127.0.0.1').describe('Address that servers listen on.'),
  NODE_ENV: z
    .enum(['development', 'test', 'production'], { error: 'development, test or production is expected' })
    .default('production')
    .describe(
      '`development`, `test` or `production`. Production disables the playground, introspection and development tokens. `npm start` uses development.',
    ),
  REQUEST_TIMEOUT_MS: milliseconds(10_000, { min: 100 }).describe(
    'Maximum time for a request to arrive, headers and body, in milliseconds; then the server answers 408 and closes the connection.',
  ),
  MAX_CONNECTIONS: wholeNumber(10_000, { min: 1, max: 1_000_000 }).describe(
    'Maximum number of open connections of a server; further ones are rejected with TOO_MANY_REQUESTS (429).',
  ),
  METRICS_TOKEN: z
    .string()
    .min(16, 'at least 16 characters are expected')
    .optional()
    .describe(
      'Bearer token that `/metrics` requires, at least 16 characters. Without it, production has no `/metrics`.',
    ),
};

/** A PostgreSQL connection string. */
export const databaseUrl = () =>
  z
    .url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// URL is expected' })
    .describe('Connection string of the PostgreSQL database of the service.');

export const eventsDatabaseUrl = () =>
  databaseUrl().describe(
    'Connection string of the PostgreSQL database of the event log, to which services publish their events. It need not respond: events wait in the outboxes of the services.',
  );
