import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { type App, passOn, serveApp } from './app.ts';
import { DOUBLING } from './support.ts';

describe.each(expressMajors)('a dependency that goes down, on $major', ({ express }) => {
  let clock: ManualClock;
  let upstream: FakeUpstream;
  let app: App;

  beforeEach(async () => {
    clock = manualClock();
    upstream = await fakeUpstream({ clock });
    app = await serveApp(express, clock, (routes, { client }) => {
      const common = {
        baseUrl: upstream.url,
        timeout: { totalMs: 60_000, attemptMs: 3_000 },
        retry: { maxRetries: 2, backoff: DOUBLING },
        breaker: { minimumCalls: 3, failureRateThreshold: 0.75, openMs: 20_000 },
      };
      const cache = { staleIfErrorMs: 600_000 };
      routes.get('/cached', passOn(client({ ...common, name: 'cached', cache })));
      routes.get('/default', passOn(client({ ...common, name: 'default', fallback: { value: { id: 0 } } })));
      routes.get('/plain', passOn(client({ ...common, name: 'plain' })));
    });
  });

  afterEach(async () => {
    await app.close();
    await upstream.close();
  });

  /** Status and body of what a route answers, and how often the dependency was asked for it. */
  const ask = async (path: string) => {
    const before = upstream.requests.length;
    const { status, body, headers } = await clock.runUntil(app.ask(path));
    return { status, body, retryAfter: headers['retry-after'], asked: upstream.requests.length - before };
  };

  it('is answered from the cache, when the retries are spent and when the circuit is open', async () => {
    upstream.script([{ json: { id: 1 } }, 503]);
    await ask('/cached');

    const [spent, open] = [await ask('/cached'), await ask('/cached')];

    expect([spent, open]).toEqual([
      { status: 200, body: { id: 1 }, retryAfter: undefined, asked: 3 },
      { status: 200, body: { id: 1 }, retryAfter: undefined, asked: 0 },
    ]);
  });

  it('is answered by the default, when the retries are spent and when the circuit is open', async () => {
    upstream.respondWith(503);

    const [spent, open] = [await ask('/default'), await ask('/default')];

    expect([spent, open]).toEqual([
      { status: 200, body: { id: 0 }, retryAfter: undefined, asked: 3 },
      { status: 200, body: { id: 0 }, retryAfter: undefined, asked: 0 },
    ]);
  });

  it('is a typed 503 where nothing stands in for it, with the time after which to ask again', async () => {
    upstream.respondWith({ retryAfter: 2 });

    const spent = await ask('/plain');
    await clock.advance(2_000);
    const open = await ask('/plain');

    expect([spent, open]).toMatchObject([
      { status: 503, body: { code: 'dependency-unavailable' }, retryAfter: '2', asked: 3 },
      { status: 503, body: { code: 'circuit-open' }, retryAfter: '18', asked: 0 },
    ]);
  });

  it('is asked again after the open time, and answered live as soon as it is well', async () => {
    upstream.respondWith(503);
    await ask('/default');
    upstream.respondWith({ json: { id: 2 } });

    const early = await ask('/default');
    await clock.advance(20_000);
    const late = await ask('/default');

    expect([early, late]).toMatchObject([
      { body: { id: 0 }, asked: 0 },
      { body: { id: 2 }, asked: 1 },
    ]);
  });
});
