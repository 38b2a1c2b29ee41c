import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import timeout from 'connect-timeout';
import { rateLimit } from 'express-rate-limit';
import request from 'supertest';
import { rateLimitHandler } from '../../../src/index.ts';
import { expressMajors } from '../../support/express.ts';
import { bytesOf, foreignApp, SECRET } from '../../support/foreign.ts';

describe.each(expressMajors)('a limit of our own, on $major', ({ express }) => {
  it.each([
    ['draft-7', true, { ratelimit: /limit=1/, 'retry-after': /^60$/ }],
    ['draft-8', true, { ratelimit: /r=0/, 'retry-after': /^60$/ }],
    [false, true, { 'x-ratelimit-limit': /^1$/, 'retry-after': /^60$/ }],
    [false, false, { 'retry-after': /^60$/ }],
  ] as const)(
    'express-rate-limit, headers %s, legacy %s',
    async (standardHeaders, legacyHeaders, headers) => {
      const handler = rateLimitHandler();
      const limiter = rateLimit({ limit: 1, windowMs: 60_000, standardHeaders, legacyHeaders, handler });
      const app = foreignApp(express, (bare) => {
        bare.use(limiter, (_req, res) => {
          res.end();
        });
      });
      await request(app).get('/');

      const answer = await request(app).get('/').set('Authorization', SECRET);

      expect(answer.status).toBe(429);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.body).toMatchObject({
        code: 'rate-limited',
        detail: 'Too many requests, please try again later',
      });
      for (const [name, value] of Object.entries(headers)) expect(answer.headers[name]).toMatch(value);
      expect(bytesOf(answer)).not.toContain(SECRET);
    },
  );

  it('express-rate-limit with a store that fails is a 500: its error has no mark of the limiter', async () => {
    const fail = () => {
      throw new Error(`no route to ${SECRET}`);
    };
    const store = { increment: fail, decrement: fail, resetKey: fail };
    const app = foreignApp(
      express,
      (bare) => void bare.use(rateLimit({ store, handler: rateLimitHandler() })),
    );

    const answer = await request(app).get('/');

    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 'internal-server-error' });
    expect(bytesOf(answer)).not.toContain(SECRET);
  });

  it('connect-timeout', async () => {
    const app = foreignApp(express, (bare) => {
      bare.use(timeout(1), async (req) => {
        await once(req, 'timeout');
      });
    });

    const answer = await request(app).get(`/?token=${SECRET}`);

    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body).toMatchObject({
      code: 'request-timeout',
      title: 'Request timed out',
      detail: 'The request took too long to answer.',
    });
    expect(bytesOf(answer)).not.toContain(SECRET);
  });
});
