import { readSafely } from '../../kernel/index.ts';
import type { ForeignFault, Recogniser } from './fault.ts';

// Messages of jsonwebtoken that blame the token; the others blame how it was called. The one of kinds of keys does either:
// the token chooses its algorithm, so any caller can have it where algorithms of both kinds are allowed.
const BAD_TOKEN =
  /^(?:secretOrPublicKey must be an? a?symmetric key when using (?:HS|RS|PS|ES)\d{3}$|jwt (?:must be provided|must be a string|malformed|signature is required|(?:audience|issuer|subject|jwtid|nonce) invalid\.)|invalid (?:token|algorithm|signature|nbf value|exp value)|iat required when maxAge is specified)/;

// What jwa, below jsonwebtoken, says of a signature that is too short or too long.
const BAD_SIGNATURE = /^"ES\d{3}" signatures must be "\d{1,4}" bytes, saw "\d{1,9}"$/;
// jws, below jsonwebtoken, parses the payload before anybody looks at the signature. What JSON.parse throws is only told
// from other faults of syntax by who called it.
const BAD_PAYLOAD = /^ {4}at JSON\.parse [^\n]*\n {4}at (?:\w+\.)?jwsDecode\b/m;

const isDate = (value: unknown): boolean => typeof readSafely(value, 'getTime') === 'function';
const isText = (value: unknown, pattern: RegExp): boolean => typeof value === 'string' && pattern.test(value);

/** Whether jsonwebtoken says that a token is bad, in an error of its own or of those below it. */
const isBadToken = (error: unknown): boolean => {
  switch (readSafely(error, 'name')) {
    case 'JsonWebTokenError':
      return isText(readSafely(error, 'message'), BAD_TOKEN);
    case 'NotBeforeError':
      return isDate(readSafely(error, 'date'));
    case 'SyntaxError':
      return isText(readSafely(error, 'stack'), BAD_PAYLOAD);
    case 'TypeError':
      return isText(readSafely(error, 'message'), BAD_SIGNATURE);
    default:
      return false;
  }
};

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

/**
 * Recognises what jsonwebtoken and jose say of a bad token. Not for every app: the token may as well be one that the app
 * itself got from another server.
 */
export const jwtFault: Recogniser = (error) => {
  const code = readSafely(error, 'code');
  if (code === 'ERR_JWT_EXPIRED') return EXPIRED;
  if (JOSE.has(code)) return INVALID;
  if (readSafely(error, 'name') === 'TokenExpiredError' && isDate(readSafely(error, 'expiredAt')))
    return EXPIRED;
  return isBadToken(error) ? INVALID : undefined;
};
