import { SignJWT } from 'jose';

/** Creates a function that signs a customer's token, valid for a day. The BFF in front of the mocks has the same secret. */
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
