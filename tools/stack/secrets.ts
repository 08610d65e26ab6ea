import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SignJWT } from 'jose';
import type { StackConfig } from './stack.config.js';
import { StackError } from './stack.error.js';
import { formatPath } from './project.js';

/** Who signs development tokens, and for whom. */
const DEVELOPMENT_TOKEN = { issuer: 'bff-dev', audience: 'bff' } as const;

/**
 * The secret that tokens are signed with, or undefined when an issuer's public keys are configured instead. In
 * development it is made once and kept, so that a token outlives a restart.
 */
export function ensureJwtSecret(config: StackConfig, dataDir: string): string | undefined {
  if (config.JWT_SECRET !== undefined) return config.JWT_SECRET;
  if (config.JWT_JWKS_URL !== undefined) return undefined;
  return ensureSecret(join(dataDir, 'jwt.secret'));
}

/** The password of the stack's own PostgreSQL server, made before the server is initialised. */
export function ensurePostgresPassword(dataDir: string): string {
  const file = join(dataDir, 'postgres.password');
  const databases = join(dataDir, 'postgres');
  if (!existsSync(file) && existsSync(join(databases, 'PG_VERSION')))
    throw new StackError(
      `${formatPath(file)} is missing, and nothing else opens the databases in ${formatPath(databases)}: put it back, or clear the data with npm run reset.`,
    );
  return ensureSecret(file);
}

/** A token that says who the viewer is. expiresIn is a number and a unit: 30s, 15m, 12h, 7d. */
export function signToken(
  secret: string,
  customerId: string,
  { expiresIn, operator }: { readonly expiresIn: string; readonly operator: boolean },
): Promise<string> {
  return new SignJWT(operator ? { roles: ['operator'] } : {})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(customerId)
    .setIssuer(DEVELOPMENT_TOKEN.issuer)
    .setAudience(DEVELOPMENT_TOKEN.audience)
    .setIssuedAt()
    .setExpirationTime(expiresIn)
    .sign(new TextEncoder().encode(secret));
}

function ensureSecret(file: string): string {
  if (!existsSync(file)) makeSecret(file);
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32) throw new StackError(`${formatPath(file)} is damaged: delete it, or run npm run reset.`);
  return secret;
}

/** Two commands that start at once must agree on one secret, so it appears in one piece, and the first one stays. */
function makeSecret(file: string): void {
  const draft = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
