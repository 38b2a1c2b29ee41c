import { describe, expect, it } from '@jest/globals';
import type { Request, Response } from 'express';
import request from 'supertest';
import { asyncHandler, breakwater, journalOf } from '../../src/index.ts';
import { fakeUpstream, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import type { ExpressFactory } from '../support/foreign.ts';
import { serve } from '../support/sockets.ts';

const setUp = (express: ExpressFactory, ms = 200) => {
  const clock = manualClock();
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const suite = breakwater({
    service: 'orders',
    clock,
    deadline: { ms, header: true },
    problem: { baseUri: '/errors/' },
    log: { stream },
  });
  const app = express();
  app.use(suite.before);
  return { ...suite, app, clock, lines };
};

/** The lines about the request itself. */
const aboutRequest = (lines: readonly Record<string, unknown>[]) =>
  lines
    .filter(({ event }) => String(event).startsWith('http.server.request'))
    .map(({ event, status, code, requestId }) => ({ event, status, code, requestId }));

describe.each(expressMajors)('breakwater › deadline, on $major', ({ express }) => {
  it('ends a call of a client: one attempt, no retry, a closed connection, nothing against the breaker', async () => {
    const { app, after, client, clock, lines } = setUp(express);
    const upstream = await fakeUpstream();
    upstream.respondWith('hang');
    const catalog = client({ name: 'catalog', baseUrl: upstream.url });
    const errors: unknown[] = [];
    app.get(
      '/products',
      asyncHandler(async (_req: Request, res: Response) => {
        try {
          res.json(await catalog.get('/x').json());
        } catch (error) {
          errors.push(error);
          throw error;
        }
      }),
    );
    app.use(after);
    const served = await serve(app);
    const answer = request(served.url).get('/products').set('X-Request-ID', 'r-1').then();
    await upstream.nextRequest();

    await clock.advance(200);

    const { status, body } = await answer;
    await upstream.connectionClosed();
    await clock.advance(60_000);
    await served.close();
    await upstream.close();
    expect([status, body.type]).toEqual([504, '/errors/dependency-timeout']);
    expect(errors).toMatchObject([{ code: 'dependency-timeout', scope: 'deadline', timeoutMs: 200 }]);
    expect(upstream.requests).toHaveLength(1);
    expect(catalog.breaker?.snapshot()).toMatchObject({ state: 'closed', failures: 0, successes: 0 });
    expect(aboutRequest(lines)).toEqual([
      { event: 'http.server.request.exception', status: 504, code: 'dependency-timeout', requestId: 'r-1' },
      expect.objectContaining({ event: 'http.server.request', status: 504, requestId: 'r-1' }),
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no time for a wait that is longer, so that the call fails at once', async () => {
    const { app, after, client, clock } = setUp(express);
    const upstream = await fakeUpstream();
    upstream.respondWith({ status: 503 });
    const catalog = client({
      name: 'catalog',
      baseUrl: upstream.url,
      retry: { backoff: { kind: 'constant', baseMs: 150, jitter: 'none' } },
    });
    app.get(
      '/products',
      asyncHandler(async (_req: Request, res: Response) => res.json(await catalog.get('/x').json())),
    );
    app.use(after);
    const served = await serve(app);
    const answer = request(served.url).get('/products').then();
    await upstream.nextRequest();
    await clock.waitForTimer({ withinMs: 150 });

    await clock.advance(150);

    await upstream.nextRequest();
    const { status } = await answer;
    await clock.advance(60_000);
    await served.close();
    await upstream.close();
    expect([status, upstream.requests.length]).toEqual([503, 2]);
  });

  it('is known to protected functions, and ends them', async () => {
    const { app, after, protect, clock } = setUp(express);
    const calls: unknown[] = [];
    const query = protect(
      ({ deadline, signal }) =>
        new Promise((_resolve, reject) => {
          calls.push(deadline);
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
      { name: 'db' },
    );
    const errors: unknown[] = [];
    app.get(
      '/rows',
      asyncHandler(async () => {
        await query().catch((error: unknown) => errors.push(error));
        // Too late: refused without a try.
        await query().catch((error: unknown) => errors.push(error));
      }),
    );
    app.use(after);
    const served = await serve(app);
    const answer = request(served.url).get('/rows').set('X-Request-Timeout-Ms', '50').then();
    await clock.waitForTimer({ withinMs: 50 });

    await clock.advance(50);

    const { status } = await answer;
    await served.close();
    expect([status, calls]).toEqual([504, [50]]);
    expect(errors).toMatchObject([{ scope: 'deadline' }, { scope: 'deadline' }]);
    expect(errors[0]).toBe(errors[1]);
    expect(journalOf(errors[0])).toBeUndefined();
    expect(query.breaker?.snapshot()).toMatchObject({ failures: 1 });
  });

  it('ends the calls of a client that leaves as well', async () => {
    const { app, after, client, clock, lines } = setUp(express);
    const upstream = await fakeUpstream();
    upstream.respondWith('hang');
    const catalog = client({ name: 'catalog', baseUrl: upstream.url });
    app.get(
      '/products',
      asyncHandler(async () => {
        await catalog.get('/x');
      }),
    );
    app.use(after);
    const served = await serve(app);
    const sent = request(served.url).get('/products');
    sent.catch(() => undefined);
    sent.end(() => undefined);
    await upstream.nextRequest();

    sent.abort();

    await upstream.connectionClosed();
    await served.close();
    await upstream.close();
    expect(clock.pendingTimers).toBe(0);
    expect(lines.filter(({ status }) => status === 504)).toEqual([]);
  });
});

describe('breakwater › deadline', () => {
  it('is off unless it is asked for', () => {
    const names = [{}, { deadline: false as const }].flatMap((given) =>
      breakwater({ service: 'orders', ...given }).before.map(({ name }) => name),
    );

    expect(names).not.toContain('requestDeadline');
  });

  it.each<[unknown, string]>([
    [{ ms: -1 }, 'requestDeadline: option "ms" must be'],
    [{}, 'requestDeadline: option "ms" must be'],
    [true, 'breakwater: option "deadline" must be'],
    [{ ms: 1, clock: {} }, 'breakwater: unknown option "clock" in "deadline"; known are ms, header'],
  ])('refuses %j', (deadline, message) => {
    const options = Object.assign({ service: 'orders' }, { deadline });

    // Wrong on purpose.
    expect(() => breakwater(options as never)).toThrow(message);
  });
});
