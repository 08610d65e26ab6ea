import { BoundedMap, isId } from '@bff/kernel';
import { createAuthenticationUnavailableError, createUnauthenticatedError } from '@bff/page';
import type { Viewer } from '@bff/page';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import type { BffConfig } from '../../bff.config.js';

type VerifyJwt = (token: string) => Promise<JWTPayload>;

/** The viewer that a token names, and until when the cache may say so, in milliseconds since the epoch. */
interface CachedViewer {
  readonly viewer: Viewer;
  readonly until: number;
}

const MAX_CACHED_TOKENS = 10_000;

/** How long a verified token is trusted without verifying it again: a key that is withdrawn is noticed within this time. */
const CACHED_TOKEN_MS = 60_000;

/** Turns an Authorization header into the viewer that a signed token names in its `sub`. */
export class TokenVerifier {
  private readonly verifyJwt: VerifyJwt;
  /** By the whole header. */
  private readonly cache = new BoundedMap<string, CachedViewer>(MAX_CACHED_TOKENS);

  constructor(config: Pick<BffConfig, 'JWT_SECRET' | 'JWT_JWKS_URL' | 'JWT_ISSUER' | 'JWT_AUDIENCE'>) {
    this.verifyJwt = createVerifier(config);
  }

  /**
   * The viewer, without a promise when the token is in the cache, as it nearly always is. Rejects with UNAUTHENTICATED for a token
   * that is malformed, expired or not signed by the configured issuer, and with AUTHENTICATION_UNAVAILABLE while it cannot be
   * verified.
   */
  verify(authorization: string): Viewer | Promise<Viewer> {
    const cached = this.cache.get(authorization);
    return cached && Date.now() < cached.until ? cached.viewer : this.verifyNew(authorization);
  }

  private async verifyNew(authorization: string): Promise<Viewer> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (token === undefined)
      throw createUnauthenticatedError('The Authorization header has no token: "Bearer <JWT>" is expected.');
    const { viewer, until } = await this.read(token);
    this.cache.set(authorization, { viewer, until });
    return viewer;
  }

  private async read(token: string): Promise<CachedViewer> {
    let payload: JWTPayload;
    try {
      payload = await this.verifyJwt(token);
    } catch (error) {
      throw toAuthenticationError(error);
    }
    const { sub: customerId, explain, roles, exp = 0 } = payload;
    if (customerId === undefined || !isId(customerId))
      throw createUnauthenticatedError('The token has no customer id in its claim "sub".');
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

function createVerifier(config: ConstructorParameters<typeof TokenVerifier>[0]): VerifyJwt {
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

/** An issuer may have several keys: a token that names none of them is verified with each that fits its algorithm. */
async function verifyWithKeys(token: string, keys: Keys, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let failure: unknown = new errors.JWSSignatureVerificationFailed();
    for await (const key of error)
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (cause) {
        // It was signed with this key, and is not valid for another reason.
        if (!(cause instanceof errors.JWSSignatureVerificationFailed)) failure = cause;
      }
    throw failure;
  }
}

/** The errors that are about the token itself. Any other is about the keys of the issuer. */
const BAD_TOKEN = [
  errors.JWTInvalid,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];

function toAuthenticationError(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return createUnauthenticatedError('The token has expired: get a new one.');
  if (BAD_TOKEN.some((kind) => error instanceof kind))
    return createUnauthenticatedError(
      'The token is not valid: it is malformed, or not signed by the issuer that this BFF trusts.',
    );
  return createAuthenticationUnavailableError(error instanceof Error ? error : new Error(String(error)));
}
