import { BoundedMap, isId } from '@bff/kernel';
import { authenticationUnavailable, unauthenticated } from '@bff/page';
import type { Viewer } from '@bff/page';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import type { BffConfig } from '../bff.config.js';

type Verify = (token: string) => Promise<JWTPayload>;

/** Whom a token names, and until when that is so: milliseconds since the epoch. */
interface Known {
  readonly viewer: Viewer;
  readonly until: number;
}

const MAX_CACHED_TOKENS = 10_000;
/** A key that is withdrawn is noticed within this time. */
const CACHED_TOKEN_MS = 60_000;

/** Turns an Authorization header into the viewer that a signed token names in its `sub`. */
export class TokenVerifier {
  private readonly verify: Verify;
  /** By the whole header. */
  private readonly known = new BoundedMap<string, Known>(MAX_CACHED_TOKENS);

  constructor(config: Pick<BffConfig, 'JWT_SECRET' | 'JWT_JWKS_URL' | 'JWT_ISSUER' | 'JWT_AUDIENCE'>) {
    this.verify = verifierFor(config);
  }

  /**
   * null when there is no header. At once when the token is known, as it is nearly always. Rejects with UNAUTHENTICATED for one
   * that is malformed, expired or not signed for us.
   */
  viewerOf(authorization: string | undefined): Viewer | null | Promise<Viewer> {
    if (authorization === undefined) return null;
    const known = this.known.get(authorization);
    return known && Date.now() < known.until ? known.viewer : this.verified(authorization);
  }

  private async verified(authorization: string): Promise<Viewer> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (token === undefined)
      throw unauthenticated('The Authorization header holds no token: "Bearer ..." is expected.');
    const { viewer, until } = await this.read(token);
    // A signature is checked once, and counts for as long as the token does, but no longer than a minute.
    this.known.set(authorization, { viewer, until });
    return viewer;
  }

  private async read(token: string): Promise<Known> {
    let payload: JWTPayload;
    try {
      payload = await this.verify(token);
    } catch (error) {
      throw refusalFor(error);
    }
    const { sub: customerId, explain, roles, exp = 0 } = payload;
    if (customerId === undefined || !isId(customerId))
      throw unauthenticated('The token names no customer in its "sub".');
    const operator = Array.isArray(roles) && roles.includes('operator');
    const viewer = {
      customerId,
      expiresAt: exp * 1_000,
      ...(explain === true && { mayExplain: true }),
      ...(operator && { operator }),
    };
    return { viewer, until: Math.min(exp * 1_000, Date.now() + CACHED_TOKEN_MS) };
  }
}

function verifierFor(config: ConstructorParameters<typeof TokenVerifier>[0]): Verify {
  const options: JWTVerifyOptions = {
    requiredClaims: ['sub', 'exp'],
    ...(config.JWT_ISSUER !== undefined && { issuer: config.JWT_ISSUER }),
    ...(config.JWT_AUDIENCE !== undefined && { audience: config.JWT_AUDIENCE }),
  };
  // The algorithms are fixed by the configuration: a token does not choose how it is checked.
  if (config.JWT_JWKS_URL !== undefined) {
    const keys = createRemoteJWKSet(new URL(config.JWT_JWKS_URL), { timeoutDuration: 3_000 });
    const algorithms = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
    return (token) => verifyWithKeys(token, keys, { ...options, algorithms });
  }
  const secret = new TextEncoder().encode(config.JWT_SECRET);
  return async (token) => (await jwtVerify(token, secret, { ...options, algorithms: ['HS256'] })).payload;
}

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** A token that names no key may be signed with any that fits its algorithm: each is tried, as an issuer may have several. */
async function verifyWithKeys(token: string, keys: Keys, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let refusal: unknown = new errors.JWSSignatureVerificationFailed();
    for await (const key of error)
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (cause) {
        // Signed with this key, and refused for another reason.
        if (!(cause instanceof errors.JWSSignatureVerificationFailed)) refusal = cause;
      }
    throw refusal;
  }
}

/** What is wrong with a token itself. Anything else that goes wrong is trouble with the keys, and no fault of the token. */
const BAD_TOKEN = [
  errors.JWTInvalid,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];

function refusalFor(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return unauthenticated('The token has expired: get a new one.');
  if (BAD_TOKEN.some((kind) => error instanceof kind)) return unauthenticated('The token is not valid here.');
  return authenticationUnavailable(error instanceof Error ? error : new Error(String(error)));
}
