import { readSafely } from '../../kernel/index.ts';
import type { ForeignFault, Recogniser } from './fault.ts';

// Messages of jsonwebtoken that blame the token; the others blame how it was called.
const BAD_TOKEN =
  /^(?:jwt (?:must be provided|must be a string|malformed|signature is required|(?:audience|issuer|subject|jwtid|nonce) invalid\.)|invalid (?:token|algorithm|signature|nbf value|exp value)|iat required when maxAge is specified)/;

/** Codes of jose that blame the token; those of key sets and keys blame the server, but for a key that no set has. */
const JOSE: ReadonlySet<unknown> = new Set([
  'ERR_JOSE_ALG_NOT_ALLOWED',
  'ERR_JOSE_NOT_SUPPORTED',
  'ERR_JWE_DECRYPTION_FAILED',
  'ERR_JWE_INVALID',
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWS_INVALID',
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JWT_CLAIM_VALIDATION_FAILED',
  'ERR_JWT_INVALID',
]);

const EXPIRED: ForeignFault = Object.freeze({
  status: 401,
  code: 'token-expired',
  title: 'Token expired',
  detail: 'The token has expired.',
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The token has expired"' },
});

const INVALID: ForeignFault = Object.freeze({
  status: 401,
  code: 'invalid-token',
  title: 'Invalid token',
  detail: 'The token is not valid.',
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
});

const isDate = (value: unknown): boolean => typeof readSafely(value, 'getTime') === 'function';

/**
 * Recognises what jsonwebtoken and jose say of a bad token. Not for every app: the token may as well be one that the app
 * itself got from another server.
 */
export const jwtFault: Recogniser = (error) => {
  const code = readSafely(error, 'code');
  if (code === 'ERR_JWT_EXPIRED') return EXPIRED;
  if (JOSE.has(code)) return INVALID;
  const name = readSafely(error, 'name');
  if (name === 'TokenExpiredError' && isDate(readSafely(error, 'expiredAt'))) return EXPIRED;
  if (name === 'NotBeforeError' && isDate(readSafely(error, 'date'))) return INVALID;
  const message = readSafely(error, 'message');
  return name === 'JsonWebTokenError' && typeof message === 'string' && BAD_TOKEN.test(message)
    ? INVALID
    : undefined;
};
