import type { z } from 'zod';
import { ConfigError, readConfig } from './config.js';

/**
 * Runs an app: reads its configuration and starts it. What an operator can fix (a wrong variable, a
 * port in use, a missing database) ends the process with one clear line each; a bug ends it with its stack trace.
 */
export async function runApp<T extends z.ZodType>(
  schema: T,
  start: (config: z.output<T>) => Promise<unknown>,
): Promise<void> {
  try {
    await start(readConfig(schema, process.env));
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

function explain(error: unknown): string {
  // A name with several addresses fails once for each of them.
  if (error instanceof AggregateError) return error.errors.map(explain).join('\n');
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code, address, port } = error as { code?: unknown; address?: unknown; port?: unknown };
  if (code === 'EADDRINUSE') return `Port ${String(port)} on ${String(address)} is in use by another process.`;
  if (code === 'ECONNREFUSED') return `Nothing answers at ${String(address)}:${String(port)}: ${error.message}`;
  // invalid_password, invalid_authorization_specification, invalid_catalog_name
  if (code === '28P01' || code === '28000' || code === '3D000') return `The database refuses: ${error.message}`;
  return error.stack ?? error.message;
}
