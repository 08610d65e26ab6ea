import { SignJWT } from 'jose';

/** Signs tokens as a customer's, for a day. For the BFF in front of the mocks, which checks them with the same secret. */
export function createTokenSigner(secret: string): (customerId: string) => Promise<string> {
  const key = new TextEncoder().encode(secret);
  return (customerId) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(customerId)
      .setIssuedAt()
      .setExpirationTime('1d')
      .sign(key);
}
