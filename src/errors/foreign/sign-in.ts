import { STATUS_CODES } from 'node:http';
import { readSafely } from '../../kernel/index.ts';
import { isErrorStatus } from '../status.ts';
import { knownBy } from './fault.ts';
import { jwtFault } from './jwt.ts';
import { TRAIT } from './traits.ts';

/** Recognises the refusals of csurf and csrf-csrf by their code. */
export const csrfFault = knownBy(TRAIT.status, (error) =>
  readSafely(error, 'code') === 'EBADCSRFTOKEN' && readSafely(error, 'status') === 403
    ? {
        status: 403,
        code: 'invalid-csrf-token',
        title: 'Invalid CSRF token',
        detail: 'The CSRF token is missing or not valid.',
      }
    : undefined,
);

/** Codes of express-jwt, with the challenge of each: one without credentials says no error (RFC 6750 §3). */
const EXPRESS_JWT: ReadonlyMap<unknown, readonly [string, string]> = new Map([
  ['credentials_bad_format', ['Bearer error="invalid_request"', 'The credentials are malformed.']],
  ['credentials_bad_scheme', ['Bearer', 'Credentials of another scheme are required.']],
  ['credentials_required', ['Bearer', 'Credentials are required.']],
  ['invalid_token', ['Bearer error="invalid_token"', 'The token is not valid.']],
  ['revoked_token', ['Bearer error="invalid_token"', 'The token has been revoked.']],
]);

/** Recognises express-jwt's `UnauthorizedError`, and adds the challenge that it lacks (RFC 9110 §11.6.1). */
export const expressJwtFault = knownBy(TRAIT.status, (error) => {
  const known = EXPRESS_JWT.get(readSafely(error, 'code'));
  const inner = readSafely(error, 'inner');
  if (known === undefined || readSafely(error, 'status') !== 401 || typeof inner !== 'object')
    return undefined;
  const [challenge, detail] = known;
  const fault = { status: 401, detail, headers: { 'WWW-Authenticate': challenge } };
  const token = jwtFault(inner);
  if (token !== undefined) return { ...fault, detail: token.detail, headers: token.headers };
  // A missing secret and its like come as `invalid_token`, too, and are no fault of the caller's.
  return readSafely(inner, 'name') === 'JsonWebTokenError' ? undefined : fault;
});

/** Codes of RFC 6750 §3.1, with the words for each. */
const BEARER: ReadonlyMap<unknown, string> = new Map([
  ['insufficient_scope', 'The token does not grant what the request needs.'],
  ['invalid_request', 'The credentials are malformed.'],
  ['invalid_token', 'The token is not valid.'],
]);

const DESCRIPTION = /,? ?error_description="[^"]*"/g;

/** The challenge without its description, which is the message of whatever failed. */
const challengeOf = (headers: unknown): string | undefined => {
  const challenge = readSafely(headers, 'WWW-Authenticate');
  if (typeof challenge !== 'string' || !/^(?:Bearer|DPoP)\b/.test(challenge)) return undefined;
  return challenge.replace(DESCRIPTION, '');
};

/** Recognises errors of express-oauth2-jwt-bearer: status and challenge are its own. */
export const oauthBearerFault = knownBy(TRAIT.status, (error) => {
  const status = readSafely(error, 'status');
  const challenge = challengeOf(readSafely(error, 'headers'));
  if (!isErrorStatus(status) || status >= 500 || readSafely(error, 'statusCode') !== status) return undefined;
  // http-errors has `expose`; its errors speak for themselves.
  if (challenge === undefined || readSafely(error, 'expose') !== undefined) return undefined;
  const detail = BEARER.get(readSafely(error, 'code')) ?? 'Credentials are required.';
  return { status, detail, headers: { 'WWW-Authenticate': challenge } };
});

/**
 * Recognises passport's `AuthenticationError` (`failWithError`): a status of the strategy's and its phrase, nothing else.
 * The challenge stands on the response already.
 */
export const passportFault = knownBy(TRAIT.status, (error) => {
  const status = readSafely(error, 'status');
  if (readSafely(error, 'name') !== 'AuthenticationError' || !isErrorStatus(status) || status >= 500)
    return undefined;
  const phrase = readSafely(error, 'message');
  const isPhrase = typeof phrase === 'string' && Object.values(STATUS_CODES).includes(phrase);
  return isPhrase && readSafely(error, 'statusCode') === undefined ? { status } : undefined;
});
