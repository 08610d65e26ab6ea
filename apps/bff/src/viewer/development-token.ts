import { SignJWT } from 'jose';
import type { BffConfig } from '../bff.config.js';

/**
 * A token of half a day for the pages that a developer opens in a browser. Undefined when public keys from elsewhere are
 * in use: then there is no secret to sign with.
 */
export async function developmentToken(
  config: BffConfig,
  { subject, roles }: { readonly subject: string; readonly roles?: readonly string[] },
): Promise<string | undefined> {
  if (config.NODE_ENV === 'production') throw new Error('In production nobody is given a token');
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
