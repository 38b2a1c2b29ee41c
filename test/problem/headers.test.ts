import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  BulkheadFullError,
  CircuitOpenError,
  ConflictError,
  MethodNotAllowedError,
  ServiceUnavailableError,
  UnauthorizedError,
} from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { problemHandler } from '../../src/problem/index.ts';
import { expressMajors } from '../support/express.ts';

describe.each(expressMajors)('problemHandler › headers, on $major', ({ express }) => {
  const appThatThrows = (thrown: unknown) => {
    const app = express();
    app.get('/orders/:id', () => {
      throw thrown;
    });
    app.use(problemHandler({ events: createEventHub() }));
    return app;
  };

  it.each([
    [
      'retryAfterMs, rounded up',
      new ServiceUnavailableError('', { retryAfterMs: 1_001 }),
      'retry-after',
      '2',
    ],
    ['an open circuit', new CircuitOpenError('', { retryAfterMs: 4_000 }), 'retry-after', '4'],
    ['a refusal that names no time', new BulkheadFullError(), 'retry-after', '1'],
    [
      'a refusal with a header',
      new CircuitOpenError('', { headers: { 'retry-after': '9' } }),
      'retry-after',
      '9',
    ],
    [
      'a challenge',
      new UnauthorizedError('', { headers: { 'WWW-Authenticate': 'Bearer' } }),
      'www-authenticate',
      'Bearer',
    ],
    ['allowed methods', new MethodNotAllowedError('', { headers: { Allow: 'GET' } }), 'allow', 'GET'],
  ])('sends the header of %s', async (_what, error, name, value) => {
    const answer = await request(appThatThrows(error)).get('/orders/7');

    expect(answer.headers[name]).toBe(value);
  });

  it('drops headers of an error that are not allowed or not valid, and still answers', async () => {
    const headers = { 'Set-Cookie': 'a=b', Allow: 'GET\r\nX-Evil: 1', 'Transfer-Encoding': 'chunked' };

    const answer = await request(appThatThrows(new ConflictError('', { headers }))).get('/orders/7');

    expect(answer.status).toBe(409);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.headers).not.toHaveProperty('allow');
    expect(answer.headers).not.toHaveProperty('x-evil');
    expect(answer.headers).not.toHaveProperty('transfer-encoding');
  });

  it('drops headers of an error that are too long or too many', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`RateLimit-${n}`, 'x']));
    const headers = { Allow: 'x'.repeat(2_049), [`RateLimit-${'x'.repeat(64)}`]: 'x', ...many };

    const answer = await request(appThatThrows(new ConflictError('', { headers }))).get('/orders/7');

    expect(answer.status).toBe(409);
    expect(answer.headers).not.toHaveProperty('allow');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('ratelimit'))).toHaveLength(15);
  });

  it('removes what was meant for another answer and keeps what concerns every answer', async () => {
    const app = express();
    app.get('/report', (_req, res) => {
      res.status(404).set({
        'Content-Type': 'text/csv',
        'Content-Disposition': 'attachment; filename="x.csv"',
        'Content-Encoding': 'gzip',
        'Cache-Control': 'public, max-age=600',
        ETag: '"1"',
        'Last-Modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
        Location: '/elsewhere',
        'Content-Length': '3',
        'Set-Cookie': 'a=b',
        Vary: 'Origin',
        'Access-Control-Allow-Origin': 'https://a.example',
        'X-Content-Type-Options': 'mine',
      });
      throw new Error('late');
    });
    app.use(problemHandler({ events: createEventHub() }));

    const answer = await request(app).get('/report');

    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'content-length': String(JSON.stringify(answer.body).length),
      'set-cookie': ['a=b'],
      vary: 'Origin',
      'access-control-allow-origin': 'https://a.example',
      'x-content-type-options': 'mine',
    });
    for (const gone of ['content-disposition', 'content-encoding', 'etag', 'last-modified', 'location'])
      expect(answer.headers).not.toHaveProperty(gone);
  });

  it('answers with its status an error whose headers cannot even be listed', async () => {
    const ownKeys = () => {
      throw new Error('no keys');
    };
    const headers = new Proxy<Record<string, string>>({}, { ownKeys });

    const answer = await request(appThatThrows(new ConflictError('', { headers }))).get('/orders/7');

    expect(answer.status).toBe(409);
  });
});
