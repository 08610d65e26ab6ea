import '../stack/node-version.js';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, say, UsageError } from './cli.js';
import { findProjectRoot } from '../stack/project.js';
import { ensureJwtSecret, signToken } from '../stack/secrets.js';
import { readStackConfig } from '../stack/stack.config.js';
import { StackError } from '../stack/stack.error.js';

const USAGE =
  'Usage: npm run --silent token -- <customer id> [--operator] [--expires-in <number>s|m|h|d], for example: npm run --silent token -- ALFKI --expires-in 1h';

/** Prints a token for a customer, and nothing else, so that it can be put into a variable. */
async function printToken(): Promise<void> {
  const { customerId, ...options } = readArguments();
  const config = readStackConfig(process.env);
  const secret = ensureJwtSecret(config, resolve(findProjectRoot(), config.DATA_DIR));
  if (secret === undefined)
    throw new StackError('With JWT_JWKS_URL tokens come from the issuer: this command signs only with JWT_SECRET.');
  say(await signToken(secret, customerId, options));
}

function readArguments(): { readonly customerId: string; readonly expiresIn: string; readonly operator: boolean } {
  const { customerId, expiresIn, operator } = parse();
  if (customerId === undefined || customerId.trim() === '') throw new UsageError(USAGE);
  if (!/^\d{1,6}[smhd]$/.test(expiresIn)) throw new UsageError(`--expires-in="${expiresIn}" is wrong. ${USAGE}`);
  return { customerId, expiresIn, operator };
}

function parse(): { readonly customerId: string | undefined; readonly expiresIn: string; readonly operator: boolean } {
  try {
    const options = {
      'expires-in': { type: 'string', default: '12h' },
      operator: { type: 'boolean', default: false },
    } as const;
    const { positionals, values } = parseArgs({ options, allowPositionals: true });
    const customerId = positionals.length === 1 ? positionals[0] : undefined;
    return { customerId, expiresIn: values['expires-in'], operator: values.operator };
  } catch {
    throw new UsageError(USAGE);
  }
}

await runCommand(printToken);
