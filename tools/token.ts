import './node-version.js';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, say, UsageError } from './cli.js';
import { projectRoot } from './project.js';
import { jwtSecret, signToken } from './secrets.js';
import { readStackConfig } from './stack.config.js';
import { StackError } from './stack.error.js';

const USAGE =
  'Usage: npm run --silent token -- <customer id> [--expires-in <number>s|m|h|d], for example: npm run --silent token -- ALFKI --expires-in 1h';

/** Prints a token for a customer, and nothing else, so that it can be put into a variable. */
async function printToken(): Promise<void> {
  const { customerId, expiresIn } = readArguments();
  const config = readStackConfig(process.env);
  const secret = jwtSecret(config, resolve(projectRoot(), config.DATA_DIR));
  if (secret === undefined)
    throw new StackError('With JWT_JWKS_URL tokens come from the issuer: this command signs only with JWT_SECRET.');
  say(await signToken(secret, customerId, expiresIn));
}

function readArguments(): { readonly customerId: string; readonly expiresIn: string } {
  const { customerId, expiresIn } = parse();
  if (customerId === undefined || customerId.trim() === '') throw new UsageError(USAGE);
  if (!/^\d{1,6}[smhd]$/.test(expiresIn)) throw new UsageError(`--expires-in="${expiresIn}" is wrong. ${USAGE}`);
  return { customerId, expiresIn };
}

function parse(): { readonly customerId: string | undefined; readonly expiresIn: string } {
  try {
    const options = { 'expires-in': { type: 'string', default: '12h' } } as const;
    const { positionals, values } = parseArgs({ options, allowPositionals: true });
    return { customerId: positionals.length === 1 ? positionals[0] : undefined, expiresIn: values['expires-in'] };
  } catch {
    throw new UsageError(USAGE);
  }
}

await runCommand(printToken);
