import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';
import { TokenVerifier } from './token-verifier.js';

const SECRET = 'a secret that only these specs know, of some length';
const bytes = (secret: string) => new TextEncoder().encode(secret);

const sign = (alg: string, key: CryptoKey | Uint8Array, claims: JWTPayload = {}, kid?: string) =>
  new SignJWT({ sub: 'ada', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(key);

const UNAUTHENTICATED = { extensions: { code: 'UNAUTHENTICATED', retryable: false, http: { status: 401 } } };

describe('tokens signed with a secret', () => {
  const verifier = new TokenVerifier({ JWT_SECRET: SECRET, JWT_ISSUER: 'us', JWT_AUDIENCE: 'bff' });
  const claims = { iss: 'us', aud: 'bff' };

  it('name the viewer in their sub', async () => {
    const token = await sign('HS256', bytes(SECRET), claims);
    await expect(verifier.verify(`Bearer ${token}`)).resolves.toMatchObject({ customerId: 'ada' });
    await expect(verifier.verify(`bearer ${token}`)).resolves.toMatchObject({ customerId: 'ada' });
  });

  it('are rejected once they have expired, although they are in the cache', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 2;
    const token = await sign('HS256', bytes(SECRET), { ...claims, exp });
    await expect(verifier.verify(`Bearer ${token}`)).resolves.toMatchObject({ customerId: 'ada' });
    await new Promise((resolve) => setTimeout(resolve, exp * 1_000 - Date.now() + 20));
    await expect(verifier.verify(`Bearer ${token}`)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('are verified once, and then found in the cache without a promise', async () => {
    const header = `Bearer ${await sign('HS256', bytes(SECRET), claims)}`;
    await verifier.verify(header);
    expect(verifier.verify(header)).toMatchObject({ customerId: 'ada' });
  });

  it.each([
    ['of another secret', () => sign('HS256', bytes('another secret, just as long as the first one'), claims)],
    ['of another issuer', () => sign('HS256', bytes(SECRET), { ...claims, iss: 'them' })],
    ['for another audience', () => sign('HS256', bytes(SECRET), { ...claims, aud: 'shop' })],
    ['with another algorithm', () => sign('HS512', bytes(SECRET), claims)],
    [
      'that never expires',
      () => new SignJWT({ sub: 'ada', ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(bytes(SECRET)),
    ],
    [
      'without a sub',
      () => new SignJWT({ ...claims, exp: 9_999_999_999 }).setProtectedHeader({ alg: 'HS256' }).sign(bytes(SECRET)),
    ],
    ['with a sub that is no id', () => sign('HS256', bytes(SECRET), { ...claims, sub: 'a,b' })],
    ['that has expired', () => sign('HS256', bytes(SECRET), { ...claims, exp: 1 })],
  ])('%s are rejected', async (_what, make) => {
    await expect(verifier.verify(`Bearer ${await make()}`)).rejects.toMatchObject(UNAUTHENTICATED);
  });
});

describe('tokens signed with a private key, whose public key is at a URL', () => {
  let server: Server;
  let key: CryptoKey;
  let verifier: TokenVerifier;
  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k-1', alg: 'ES256' };
    server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    verifier = new TokenVerifier({ JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks.json` });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('name the viewer in their sub', async () => {
    await expect(verifier.verify(`Bearer ${await sign('ES256', key, {}, 'k-1')}`)).resolves.toMatchObject({
      customerId: 'ada',
    });
  });

  it('are rejected when they were signed with another key, or with a secret', async () => {
    const other = await generateKeyPair('ES256');
    for (const token of [
      await sign('ES256', other.privateKey, {}, 'k-1'),
      await sign('HS256', bytes(SECRET), {}, 'k-1'),
    ])
      await expect(verifier.verify(`Bearer ${token}`)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  describe('of an issuer with several keys', () => {
    let issuer: Server;
    let verifierOfIssuer: TokenVerifier;
    const own: CryptoKey[] = [];
    beforeAll(async () => {
      const pairs = await Promise.all([1, 2].map(() => generateKeyPair('ES256', { extractable: true })));
      own.push(...pairs.map(({ privateKey }) => privateKey));
      const jwks = await Promise.all(pairs.map(({ publicKey }) => exportJWK(publicKey)));
      const keys = jwks.map((jwk, nth) => ({ ...jwk, kid: `k-${nth}`, alg: 'ES256' }));
      issuer = createServer((_request, response) => response.end(JSON.stringify({ keys })));
      await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
      const { port } = issuer.address() as AddressInfo;
      verifierOfIssuer = new TokenVerifier({ JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks.json` });
    });
    afterAll(() => new Promise((resolve) => issuer.close(resolve)));

    it('need not name the key with which they were signed', async () => {
      for (const one of own)
        await expect(verifierOfIssuer.verify(`Bearer ${await sign('ES256', one)}`)).resolves.toMatchObject({
          customerId: 'ada',
        });
    });

    it('are rejected without a retry when no key fits, or when they have expired', async () => {
      const [first] = own;
      if (!first) throw new Error('There are no keys');
      for (const token of [await sign('ES256', key), await sign('ES256', first, { exp: 1 })])
        await expect(verifierOfIssuer.verify(`Bearer ${token}`)).rejects.toMatchObject(UNAUTHENTICATED);
    });
  });

  it('cannot be verified while the key server fails, which is not an error of the client', async () => {
    const broken = createServer((_request, response) => response.writeHead(503).end());
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const { port } = broken.address() as AddressInfo;
    const verifierOfBroken = new TokenVerifier({ JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks.json` });
    await expect(verifierOfBroken.verify(`Bearer ${await sign('ES256', key, {}, 'k-1')}`)).rejects.toMatchObject({
      extensions: { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true },
    });
    await new Promise((resolve) => broken.close(resolve));
  });

  it('cannot be verified while the key server cannot be reached, which is not an error of the client', async () => {
    const nowhere = new TokenVerifier({ JWT_JWKS_URL: 'http://127.0.0.1:1/jwks.json' });
    await expect(nowhere.verify(`Bearer ${await sign('ES256', key, {}, 'k-1')}`)).rejects.toMatchObject({
      extensions: { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true },
    });
  });
});
