import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { DependencyPausedError } from '../../src/index.ts';
import { refusedUrl, type UpstreamStep } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, serve } from '../support/sockets.ts';
import { type Asking, type DependencyApp, dependencyApp } from './dependency-app.ts';

const SECRET = 'hunter2';

/** A step whose every part is nobody's business but ours. */
const telling = (status: number, retryAfter?: number): UpstreamStep => ({
  status,
  retryAfter,
  headers: {
    'content-type': 'application/problem+json',
    'set-cookie': `sid=${SECRET}`,
    'www-authenticate': `Bearer realm="${SECRET}"`,
    'x-secret': SECRET,
  },
  body: JSON.stringify({ type: `/${SECRET}`, title: SECRET, detail: SECRET, password: SECRET }),
});

describe.each(expressMajors)('a failing dependency behind an app on $major', ({ express }) => {
  const open: DependencyApp[] = [];

  const appOf = async (asking: Asking = {}): Promise<DependencyApp> => {
    const app = await dependencyApp(express, asking);
    open.push(app);
    return app;
  };

  afterEach(async () => {
    await Promise.all(open.splice(0).map((app) => app.close()));
  });

  /** What is public of an answer, which has nothing but what every answer has. */
  const publicOf = ({ status, body, text, headers }: Response) => {
    const { requestId, correlationId, traceId, ...rest } = body;
    const whole = text + JSON.stringify(headers);
    return { status, rest, leaks: [SECRET, 'catalog', '127.0.0.1'].filter((word) => whole.includes(word)) };
  };
  const problem = (status: number, title: string, code: string) => ({
    status,
    rest: { type: `/problems/${code}`, title, instance: '/', status, code },
    leaks: [],
  });
  const GATEWAY = problem(502, 'Bad Gateway', 'dependency-failed');
  const TIMEOUT = problem(504, 'Gateway Timeout', 'dependency-timeout');
  const unavailable = (code: string) => problem(503, 'Service Unavailable', code);

  it.each<[string, Asking]>([
    ['an attempt', { timeout: { attemptMs: 300 } }],
    ['the whole call', { timeout: { totalMs: 300 } }],
    ['the request being served', { deadline: 300 }],
  ])('answers 504 where the time of %s is up', async (_what, asking) => {
    const { upstream, clock, ask } = await appOf(asking);
    upstream.respondWith('hang');
    const answer = ask().then(publicOf);
    await upstream.nextRequest();

    // A deadline that nobody else keeps is kept a millisecond later.
    await clock.advance(301);

    expect(await answer).toEqual(TIMEOUT);
  });

  it.each<[string, UpstreamStep]>([
    ['is reset', 'reset'],
    ['is truncated', 'truncate'],
    ['is no JSON', 'garbage'],
    ['never ends', 'endless'],
    ['is HTML', { body: `<p>${SECRET}`, headers: { 'content-type': 'text/html' } }],
    ['is empty', { status: 204 }],
    ['is 500', telling(500)],
    ['is 502', telling(502)],
    ['is 504', telling(504)],
    ['is 400', telling(400)],
    ['is 401', telling(401)],
    ['is 403', telling(403)],
    ['is 404', telling(404)],
    ['is 302', { status: 302, json: { to: SECRET } }],
  ])('answers 502 where the answer %s', async (_what, step) => {
    const { upstream, ask } = await appOf({ maxBodyBytes: 100_000 });
    upstream.respondWith(step);

    const answer = await ask();

    expect(publicOf(answer)).toEqual(GATEWAY);
    expect(answer.headers).not.toHaveProperty('retry-after');
  });

  it('answers 502 where the connection is refused', async () => {
    const { ask } = await appOf({ baseUrl: await refusedUrl() });

    expect(publicOf(await ask())).toEqual(GATEWAY);
  });

  it('answers 502 where the name is not found', async () => {
    const { ask } = await appOf({ baseUrl: 'http://name.invalid', timeout: false });

    expect(publicOf(await ask())).toEqual(GATEWAY);
  });

  it('answers 502 where TLS cannot be spoken', async () => {
    const { url, close } = await serve((_req, res) => res.end());
    const { ask } = await appOf({ baseUrl: url.replace('http:', 'https:') });

    const answer = await ask();

    expect(publicOf(answer)).toEqual(GATEWAY);
    await close();
  });

  it('answers 502 where something else than HTTP is spoken', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).end(`${SECRET}\r\n\r\n`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { ask } = await appOf({ baseUrl: `http://127.0.0.1:${port}` });

    const answer = await ask();

    expect(publicOf(answer)).toEqual(GATEWAY);
    server.close();
  });

  it.each([429, 503])('answers 503 with its Retry-After where the answer is %d', async (status) => {
    const { upstream, ask } = await appOf();
    upstream.respondWith(telling(status, 7));

    const answer = await ask();

    expect(publicOf(answer)).toEqual(unavailable('dependency-unavailable'));
    expect(answer.headers['retry-after']).toBe('7');
  });

  it('answers 503 where the answer is 429 after every retry', async () => {
    const { upstream, ask } = await appOf({ retry: { throttleBackoff: { baseMs: 0 } } });
    upstream.respondWith(telling(429, 0));

    const answer = await ask();

    expect(publicOf(answer)).toEqual(unavailable('dependency-unavailable'));
    expect([answer.headers['retry-after'], upstream.requests.length]).toEqual(['0', 3]);
  });

  it('answers 503 where the circuit is open, and says until when', async () => {
    const { upstream, ask } = await appOf({ breaker: { minimumCalls: 1, openMs: 5_000 } });
    upstream.respondWith(telling(500));
    await ask();

    const answer = await ask();

    expect(publicOf(answer)).toEqual(unavailable('circuit-open'));
    expect([answer.headers['retry-after'], upstream.requests.length]).toEqual(['5', 1]);
  });

  it('answers 503 where the bulkhead is full', async () => {
    const { upstream, ask } = await appOf({ bulkhead: { maxConcurrent: 1, maxQueue: 0 } });
    upstream.respondWith('hang');
    const first = ask().then(publicOf);
    await upstream.nextRequest();

    const answer = await ask();

    expect(publicOf(answer)).toEqual(unavailable('bulkhead-full'));
    expect([answer.headers['retry-after'], upstream.requests.length]).toEqual(['1', 1]);
    await upstream.close();
    expect(await first).toEqual(GATEWAY);
  });

  it('answers 503 where the dependency asked for quiet', async () => {
    const paused = new DependencyPausedError(SECRET, { retryAfterMs: 3_000 });
    const { ask } = await appOf({ call: () => Promise.reject(paused) });

    const answer = await ask();

    expect(publicOf(answer)).toEqual(unavailable('dependency-unavailable'));
    expect(answer.headers['retry-after']).toBe('3');
  });

  it('answers the last error unchanged where the retry budget is empty', async () => {
    const budget = { ratio: 0, minPerSecond: 0 };
    const { upstream, ask } = await appOf({ retry: { backoff: { baseMs: 0 }, budget } });
    upstream.respondWith(telling(500));

    expect(publicOf(await ask())).toEqual(GATEWAY);
    expect(upstream.requests).toHaveLength(1);
  });

  it('answers nothing where our own caller left, and says so in the log', async () => {
    const { upstream, app, failure } = await appOf();
    const { port, close } = await serve(app);
    upstream.respondWith('hang');
    const socket = await dial(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await upstream.nextRequest();

    socket.destroy();

    await upstream.connectionClosed();
    expect(await failure()).toMatchObject({ status: 499, code: 'client-closed' });
    expect(socket.bytesRead).toBe(0);
    await close();
  });
});
