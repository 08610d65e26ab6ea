import { SignJWT } from 'jose';

/** The secret with which the BFFs of these tests verify tokens. */
export const SECRET = 'a secret that only these tests know, of some length';

/** A token of a customer's. */
export function createToken(
  customerId: string,
  expiresIn = '1h',
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(customerId)
    .setIssuedAt()
    .setExpirationTime(expiresIn)
    .sign(new TextEncoder().encode(SECRET));
}
