import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import { expressjwt } from 'express-jwt';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { sign, verify } from 'jsonwebtoken';
import passport from 'passport';
import { Strategy } from 'passport-http-bearer';
import request from 'supertest';
import { jwtErrors } from '../../../src/index.ts';
import { expressMajors } from '../../support/express.ts';
import { bytesOf, foreignApp, SECRET, throwingApp } from '../../support/foreign.ts';

const KEY = 'k'.repeat(32);
const ISSUER = 'https://issuer.example/';
const claims = { sub: SECRET, iss: ISSUER, aud: 'orders', scope: 'read' };
const good = sign({ ...claims, exp: 4_000_000_000 }, KEY);
const expired = sign({ ...claims, exp: 1 }, KEY);

/** A token that nobody signed. */
const forged = (alg: string, payload: string): string =>
  [JSON.stringify({ alg, typ: 'JWT' }), payload, SECRET]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
const noJson = forged('HS256', SECRET);
const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;

passport.use(new Strategy((_token, done) => done(null, false, 'unknown token')));
const bearer = passport.authenticate('bearer', { session: false, failWithError: true });
const jwt = expressjwt({ secret: KEY, algorithms: ['HS256'] });
const revoked = expressjwt({ secret: KEY, algorithms: ['HS256'], isRevoked: () => true });
const bothKinds = expressjwt({ secret: KEY, algorithms: ['HS256', 'RS256'] });
const secretless = expressjwt({ secret: () => '', algorithms: ['HS256'] });
const oauth = auth({ audience: 'orders', issuer: ISSUER, secret: KEY, tokenSigningAlg: 'HS256' });
const scoped: RequestHandler = (req, res, next) =>
  oauth(req, res, (error?: unknown) => (error ? next(error) : requiredScopes('write')(req, res, next)));

/** What express-oauth2-jwt-bearer adds to each challenge. */
const DPOP = /, DPoP algs="[^"]*"$/;

const invalid = 'Bearer error="invalid_token"';

describe.each(expressMajors)('credentials that are refused, on $major', ({ express }) => {
  it.each<[string, RequestHandler, string | undefined, number, string | undefined]>([
    ['express-jwt: none', jwt, undefined, 401, 'Bearer'],
    ['express-jwt: another scheme', jwt, `Basic ${SECRET}`, 401, 'Bearer'],
    ['express-jwt: malformed', jwt, `Bearer ${SECRET} x`, 401, 'Bearer error="invalid_request"'],
    ['express-jwt: no token', jwt, `Bearer ${SECRET}`, 401, invalid],
    [
      'express-jwt: expired',
      jwt,
      `Bearer ${expired}`,
      401,
      `${invalid}, error_description="The token has expired"`,
    ],
    ['express-jwt: revoked', revoked, `Bearer ${good}`, 401, invalid],
    ['express-jwt: a payload that is no JSON', jwt, `Bearer ${noJson}`, 401, invalid],
    ['express-jwt: for another kind of key', bothKinds, `Bearer ${forged('RS256', '{}')}`, 401, invalid],
    ['express-jwt: no secret to verify with', secretless, `Bearer ${good}`, 500, undefined],
    ['express-oauth2-jwt-bearer: none', oauth, undefined, 401, 'Bearer realm="api"'],
    [
      'express-oauth2-jwt-bearer: no token',
      oauth,
      `Bearer ${SECRET}`,
      401,
      'Bearer realm="api", error="invalid_token"',
    ],
    [
      'express-oauth2-jwt-bearer: expired',
      oauth,
      `Bearer ${expired}`,
      401,
      'Bearer realm="api", error="invalid_token"',
    ],
    [
      'express-oauth2-jwt-bearer: a scope is missing',
      scoped,
      `Bearer ${good}`,
      403,
      'Bearer realm="api", error="insufficient_scope", scope="write"',
    ],
    ['passport: malformed', bearer, `Bearer ${SECRET} x`, 400, undefined],
    ['passport: none', bearer, undefined, 401, 'Bearer realm="Users"'],
    [
      'passport: refused',
      bearer,
      `Bearer ${SECRET}`,
      401,
      `Bearer realm="Users", error="invalid_token", error_description="unknown token"`,
    ],
  ])('%s', async (_what, handler, authorization, status, challenge) => {
    const app = foreignApp(express, (bare) => void bare.use(handler));

    const answer = await request(app)
      .get('/')
      .set(authorization === undefined ? {} : { Authorization: authorization });

    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe(
      { 400: 'bad-request', 401: 'unauthorized', 403: 'forbidden', 500: 'internal-server-error' }[status],
    );
    expect(answer.headers['www-authenticate']?.replace(DPOP, '')).toBe(challenge);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it.each<[string, () => unknown, string, string]>([
    ['expired', () => verify(expired, KEY), 'token-expired', 'The token has expired.'],
    ['no token', () => verify(SECRET, KEY), 'invalid-token', 'The token is not valid.'],
    ['not yet valid', () => verify(sign({ nbf: 4e9 }, KEY), KEY), 'invalid-token', 'The token is not valid.'],
    ['of another key', () => verify(good, SECRET), 'invalid-token', 'The token is not valid.'],
    [
      'for another audience',
      () => verify(good, KEY, { audience: SECRET }),
      'invalid-token',
      'The token is not valid.',
    ],
    ['a payload that is no JSON', () => verify(noJson, KEY), 'invalid-token', 'The token is not valid.'],
    [
      'for a key pair where the key is secret',
      () => verify(forged('RS256', '{}'), KEY, { algorithms: ['HS256', 'RS256'] }),
      'invalid-token',
      'The token is not valid.',
    ],
    [
      'for a secret where there is a key pair',
      () => verify(forged('HS256', '{}'), ecKey, { algorithms: ['ES256', 'HS256'] }),
      'invalid-token',
      'The token is not valid.',
    ],
    [
      'a signature of the wrong length',
      () => verify(forged('ES256', '{}'), ecKey),
      'invalid-token',
      'The token is not valid.',
    ],
  ])('jsonwebtoken with jwtErrors(): %s', async (_what, work, code, detail) => {
    const answer = await request(throwingApp(express, work, [jwtErrors()])).get('/');

    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ code, detail });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it.each<[string, () => unknown, boolean]>([
    ['a token that may be another server’s', () => verify(SECRET, KEY), false],
    ['a payload that is no JSON, without the mapper', () => verify(noJson, KEY), false],
    ['a call without a key', () => verify(good, ''), true],
    ['a key of the wrong curve', () => verify(forged('ES384', '{}'), ecKey), true],
    ['JSON of the app’s own that is none', () => JSON.parse(SECRET), true],
    [
      'signing with a key of the wrong kind',
      () => sign({}, SECRET, { algorithm: 'RS256', allowInvalidAsymmetricKeyTypes: true }),
      true,
    ],
  ])('jsonwebtoken: %s is a 500', async (_what, work, isMapped) => {
    const app = throwingApp(express, work, isMapped ? [jwtErrors()] : []);

    const answer = await request(app).get('/');

    expect(answer.status).toBe(500);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});
