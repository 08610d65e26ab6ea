import { SignJWT } from 'jose';
import type { BffConfig } from '../../bff.config.js';

/**
 * A token for the pages that a developer opens in a browser, valid for 12 hours. Undefined when the BFF verifies tokens with public
 * keys: then it has no secret to sign one with. Throws in production.
 */
export async function createDevelopmentToken(
  config: BffConfig,
  { subject, roles }: { readonly subject: string; readonly roles?: readonly string[] },
): Promise<string | undefined> {
  if (config.NODE_ENV === 'production') throw new Error('Development tokens are not for production');
  if (config.JWT_SECRET === undefined) return undefined;
  return new SignJWT(roles ? { roles } : {})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuer(config.JWT_ISSUER ?? 'bff-dev')
    .setAudience(config.JWT_AUDIENCE ?? 'bff')
    .setIssuedAt()
    .setExpirationTime('12h')
    .sign(new TextEncoder().encode(config.JWT_SECRET));
}
