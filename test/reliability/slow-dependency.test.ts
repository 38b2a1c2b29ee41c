import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClientOptions } from '../../src/index.ts';
import { type FakeUpstream, fakeUpstream, type ManualClock, manualClock } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { type App, passOn, serveApp } from './app.ts';
import { AT_ONCE, disconnected } from './support.ts';

describe.each(expressMajors)('a slow dependency, on $major', ({ express }) => {
  let clock: ManualClock;
  let upstream: FakeUpstream;
  let app: App | undefined;

  /** An app whose only route asks the dependency. */
  const appWith = async (options: Partial<ClientOptions>): Promise<App> => {
    app = await serveApp(express, clock, (routes, { client }) => {
      routes.get('/', passOn(client({ name: 'catalog', baseUrl: upstream.url, ...options })));
    });
    return app;
  };

  beforeEach(async () => {
    clock = manualClock();
    upstream = await fakeUpstream({ clock });
  });

  afterEach(async () => {
    await app?.close();
    await upstream.close();
  });

  it.each([
    [2_999, 200, 2_999],
    [3_001, 504, 3_000],
  ])('that answers after %i ms becomes %i after %i ms', async (delayMs, status, tookMs) => {
    upstream.respondWith({ json: { id: 1 }, delayMs });
    const { ask } = await appWith({ retry: false });

    const answer = await clock.runUntil(ask('/'));

    expect([answer.status, clock.now()]).toEqual([status, tookMs]);
  });

  it.each(['hang', 'stall-body'] as const)(
    'that does %s becomes 504 at the limit of the whole call, and its sockets are closed',
    async (step) => {
      upstream.respondWith(step);
      const timeout = { totalMs: 7_000, attemptMs: 3_000 };
      const { ask } = await appWith({ timeout, retry: { maxRetries: 9, backoff: AT_ONCE } });

      const { status, body } = await clock.runUntil(ask('/'));

      expect([status, body.type, clock.now()]).toEqual([504, '/problems/dependency-timeout', 7_000]);
      expect(upstream.requests).toHaveLength(3);
      await app?.suite.close();
      await disconnected(upstream);
    },
  );

  it('is seen in the log: what timed out, after how long, for which request', async () => {
    upstream.respondWith('hang');
    const { ask, logs } = await appWith({ retry: false });

    const { headers } = await clock.runUntil(ask('/'));

    const requestId = headers['x-request-id'];
    const access = await logs.waitFor(({ event }) => event === 'http.server.request');
    expect(access).toMatchObject({ requestId, status: 504, durationMs: 3_000 });
    expect(logs.lines.find(({ event }) => event === 'attempt.failed')).toMatchObject({
      requestId,
      dependency: 'catalog',
      reason: 'attempt-timeout',
      durationMs: 3_000,
    });
    expect(logs.expectSingleFailure(String(requestId))).toMatchObject({
      event: 'http.server.request.exception',
      level: 'error',
      requestId,
      status: 504,
      code: 'dependency-timeout',
      err: { type: 'UpstreamTimeoutError', dependency: 'catalog', reason: 'attempt-timeout' },
    });
  });
});
