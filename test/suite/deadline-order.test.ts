import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { asyncHandler, breakwater, type Client } from '../../src/index.ts';
import { fakeUpstream, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { serve } from '../support/sockets.ts';

type Suite = ReturnType<typeof breakwater>;

describe.each(expressMajors)('breakwater › what a deadline ended, on $major', ({ express }) => {
  /** A request whose handler calls a dependency that hangs, until its time is up. */
  const timeOut = async (handlerOf: (catalog: Client, suite: Suite) => RequestHandler) => {
    const clock = manualClock();
    const lines: Record<string, unknown>[] = [];
    const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const suite = breakwater({ service: 'orders', clock, deadline: { ms: 200 }, log: { stream } });
    const order: string[] = [];
    for (const name of ['attempt.failed', 'call.completed', 'request.failed', 'request.late'] as const)
      suite.events.subscribe(name, () => order.push(name));
    const upstream = await fakeUpstream();
    upstream.respondWith('hang');
    const catalog = suite.client({ name: 'catalog', baseUrl: upstream.url });
    const app = express();
    app.use(suite.before);
    app.use((_req, res, next) => {
      res.once('finish', () => order.push('answer'));
      next();
    });
    app.get('/products', handlerOf(catalog, suite));
    app.use(suite.after);
    const served = await serve(app);
    const answer = request(served.url).get('/products').then();
    await upstream.nextRequest();
    await clock.advance(200);
    const { status, body } = await answer;
    await served.close();
    await upstream.close();
    return { status, body, order, lines };
  };

  it('is told before the answer and its access line, which counts the call', async () => {
    const { status, order, lines } = await timeOut((catalog) =>
      asyncHandler(async (_req, res) => res.json(await catalog.get('/x').json())),
    );

    expect([status, order]).toEqual([504, ['attempt.failed', 'call.completed', 'request.failed', 'answer']]);
    expect(lines.map(({ event, level }) => [event, level])).toEqual([
      ['attempt.failed', 'warn'],
      ['call.completed', 'warn'],
      ['http.server.request.exception', 'error'],
      ['http.server.request', 'warn'],
    ]);
    expect(lines.at(-1)).toMatchObject({ status: 504, deps: { count: 1, ms: 200 } });
  });

  it('counts calls side by side, of clients and of protected functions', async () => {
    const { order, lines } = await timeOut((catalog, { protect }) => {
      const query = protect(({ signal }) => once(signal), { name: 'db' });
      return asyncHandler(() => Promise.all([catalog.get('/x'), query()]));
    });

    expect(order.slice(-2)).toEqual(['request.failed', 'answer']);
    expect(lines.at(-1)).toMatchObject({ status: 504, deps: { count: 2, ms: 400 } });
  });

  it('cannot be answered by a handler that hears of it first', async () => {
    const { status, body, order } = await timeOut((catalog) =>
      asyncHandler(async (_req, res) => {
        await catalog.get('/x').catch(() => undefined);
        res.status(200).json({ fallback: true });
      }),
    );

    expect([status, body.code]).toEqual([504, 'dependency-timeout']);
    expect(order.at(-1)).toBe('answer');
  });

  it('is told once where the handler passes it on', async () => {
    const { status, order } = await timeOut((catalog) => (_req, _res, next) => {
      catalog.get('/x').catch(next);
    });

    expect([status, order.filter((name) => name.startsWith('request.'))]).toEqual([504, ['request.failed']]);
  });
});

const once = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
