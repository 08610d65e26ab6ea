import { existsSync, readFileSync } from 'node:fs';
import { printCode, QueryError } from './print-code.js';

const USAGE = `Usage: npm run --silent compile -- <query or file> [variables as JSON], for example:
  npm run --silent compile -- '{ productPage(productId: "1") { name } }'`;

/** `npm run compile`: prints the JavaScript that the BFF compiles a query to. */
async function run([query, variables, ...rest]: readonly string[]): Promise<void> {
  if (query === undefined || rest.length > 0) throw new QueryError(USAGE);
  const source = existsSync(query) ? readFileSync(query, 'utf8') : query;
  process.stdout.write(`${await printCode(source, parseVariables(variables))}\n`);
}

function parseVariables(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const variables: unknown = text === undefined ? {} : JSON.parse(text);
    if (typeof variables === 'object' && variables !== null) return variables as Readonly<Record<string, unknown>>;
  } catch {
    // Reported below.
  }
  throw new QueryError(`The variables are ${String(text)}, but a JSON object is expected.\n${USAGE}`);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof QueryError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
