import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { type FakeUpstream, fakeUpstream, manualClock, seededRandom } from '../../src/testing/index.ts';

const NONE = undefined;

describe('the explanation of a client, in a total outage', () => {
  let upstream: FakeUpstream;
  let client: Client;

  const open = (options: Partial<ClientOptions>): Client => {
    const parts = { breaker: false, bulkhead: false, random: seededRandom(1) } as const;
    client = createClient({ name: 'catalog', baseUrl: upstream.url, ...parts, ...options });
    return client;
  };

  beforeEach(async () => {
    upstream = await fakeUpstream();
  });

  afterEach(async () => {
    await client.close();
    await upstream.close();
  });

  it.each<[string, number | undefined]>([
    ['GET', NONE],
    ['PUT', NONE],
    ['POST', NONE],
    ['GET', 0],
    ['GET', 5],
  ])('counts the attempts that the upstream sees of a %s with maxRetries %s', async (method, maxRetries) => {
    upstream.respondWith({ status: 503 });
    open({ retry: { maxRetries, backoff: { baseMs: 0 }, budget: false } });

    await client.request(method, '/x').catch(() => undefined);

    expect(upstream.requests).toHaveLength(client.explain(method).maxAttempts);
  });

  it('tells by how much all calls together may exceed their number', async () => {
    upstream.respondWith({ status: 503 });
    const budget = { ratio: 0.1, minPerSecond: 2, windowMs: 5_000 };
    open({ retry: { backoff: { baseMs: 0 }, budget }, clock: manualClock() });
    const calls = 100;

    await Promise.allSettled(Array.from({ length: calls }, () => client.get('/x')));

    const { extraLoadRatio, extraLoadPerSecond } = client.explain();
    expect(upstream.requests.length - calls).toBe(extraLoadRatio * calls + extraLoadPerSecond * 5);
  });

  it.each<[string, Partial<ClientOptions>]>([
    ['without a limit in all that is nearer', { timeout: { attemptMs: 1_000 } }],
    ['that the total time cuts short', { timeout: { attemptMs: 1_000, totalMs: 2_900 } }],
    ['whose last wait does not fit its time', { timeout: { attemptMs: 1_000, totalMs: 2_500 } }],
  ])('tells how long a call takes that nobody answers, %s', async (_what, options) => {
    upstream.respondWith('hang');
    const clock = manualClock();
    open({ ...options, clock, retry: { backoff: { baseMs: 200, jitter: 'none' } } });
    const ended = client.get('/x').then(
      () => Number.NaN,
      () => clock.now(),
    );

    for (const waitMs of [200, 400, 0]) {
      await upstream.nextRequest();
      await clock.advance(1_000);
      await clock.advance(waitMs);
      if (clock.pendingTimers === 0) break;
    }

    expect(await ended).toBe(client.explain().unansweredMs);
  });

  it('tells how long a call takes whatever happens: as long as the upstream asks it to wait', async () => {
    upstream.script([{ retryAfter: 8 }, 'hang']);
    const clock = manualClock();
    open({ clock, timeout: { attemptMs: 9_000 }, retry: { backoff: { jitter: 'none' } } });
    const ended = client.get('/x').then(
      () => Number.NaN,
      () => clock.now(),
    );

    await upstream.nextRequest();
    await clock.waitForTimer({ withinMs: 8_000 });
    await clock.advance(8_000);
    await upstream.nextRequest();
    await clock.advance(3_000);

    expect(await ended).toBe(client.explain().worstCaseMs);
  });

  it('counts the hedges beside each attempt, and the time of the last of them', async () => {
    upstream.respondWith('hang');
    const clock = manualClock();
    const retry = { maxRetries: 1, backoff: { baseMs: 200, jitter: 'none' }, budget: false } as const;
    open({ clock, retry, timeout: { attemptMs: 1_000 }, hedge: { afterMs: 300, maxHedges: 2 } });
    const ended = client.get('/x').then(
      () => Number.NaN,
      () => clock.now(),
    );

    for (const attempt of [1, 2]) {
      for (const nextMs of [300, 300, 1_000]) {
        await upstream.nextRequest();
        await clock.advance(nextMs);
      }
      if (attempt === 1) await clock.advance(200);
    }

    const { maxAttempts, unansweredMs } = client.explain();
    expect([upstream.requests.length, await ended]).toEqual([maxAttempts, unansweredMs]);
  });

  it('refuses what is no method', () => {
    expect(() => open({}).explain('no method')).toThrow(/explain: the method must be the name of an HTTP/);
  });

  it('tells of each method as it is, and of the worst without one', () => {
    open({ hedge: {} });

    expect([NONE, 'get', 'PUT', 'POST'].map((method) => client.explain(method).maxAttempts)).toEqual([
      6, 6, 3, 1,
    ]);
    expect(client.explain().text).toContain('A call that must not be repeated makes 1.');
    expect(client.explain('GET').text).not.toContain('must not be repeated');
  });
});
