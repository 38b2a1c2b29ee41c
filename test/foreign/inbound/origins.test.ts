import { describe, expect, it } from '@jest/globals';
import cors from 'cors';
import { doubleCsrf } from 'csrf-csrf';
import csurf from 'csurf';
import type { Express } from 'express';
import request from 'supertest';
import { corsError } from '../../../src/index.ts';
import { expressMajors } from '../../support/express.ts';
import { bytesOf, foreignApp, SECRET } from '../../support/foreign.ts';

const refusing = (error: Error) => (app: Express) => {
  app.use(cors({ origin: (_origin, done) => done(error) }));
};

const { doubleCsrfProtection } = doubleCsrf({
  getSecret: () => SECRET,
  getSessionIdentifier: () => SECRET,
});

const withCookies = (app: Express) => {
  app.use((req, _res, next) => {
    req.cookies = { _csrf: SECRET };
    next();
  });
};

describe.each(expressMajors)('a request of another origin, on $major', ({ express }) => {
  it.each([
    ['cors with corsError()', refusing(corsError()), 403, 'origin-not-allowed', 'The origin is not allowed'],
    ['cors with words of the app', refusing(corsError('Ask us')), 403, 'origin-not-allowed', 'Ask us'],
    [
      'cors with a plain error',
      refusing(new Error(`${SECRET} is not listed`)),
      500,
      'internal-server-error',
      'An unexpected error occurred. Please try again later.',
    ],
    [
      'csurf',
      (app: Express) => {
        withCookies(app);
        app.use(csurf({ cookie: true }));
      },
      403,
      'invalid-csrf-token',
      'The CSRF token is missing or not valid.',
    ],
    [
      'csurf without a place for its secret',
      (app: Express) => app.use(csurf({ cookie: false })),
      500,
      'internal-server-error',
      'An unexpected error occurred. Please try again later.',
    ],
    [
      'csrf-csrf',
      (app: Express) => {
        withCookies(app);
        app.use(doubleCsrfProtection);
      },
      403,
      'invalid-csrf-token',
      'The CSRF token is missing or not valid.',
    ],
  ])('%s', async (_what, setUp, status, code, detail) => {
    const app = foreignApp(express, (bare) => void setUp(bare));

    const answer = await request(app).post('/').set('Origin', `https://${SECRET}.example`);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status, code, detail });
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});
