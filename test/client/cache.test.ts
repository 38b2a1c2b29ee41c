import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { NotFoundError } from '../../src/errors/index.ts';
import { createEventHub, type StaleServed } from '../../src/events/index.ts';
import {
  type FakeUpstream,
  fakeUpstream,
  type ManualClock,
  manualClock,
  type UpstreamStep,
} from '../../src/testing/index.ts';

const WINDOW_MS = 60_000;

describe('the cache of a client', () => {
  let upstream: FakeUpstream;
  let clock: ManualClock;
  const open: Client[] = [];

  const clientOf = (change: Partial<ClientOptions> = {}): Client => {
    const client = createClient({
      name: 'users',
      baseUrl: upstream.url,
      retry: false,
      breaker: false,
      cache: { staleIfErrorMs: WINDOW_MS },
      clock,
      ...change,
    });
    open.push(client);
    return client;
  };

  const good = { json: { name: 'Ada' } };

  beforeEach(async () => {
    upstream = await fakeUpstream();
    clock = manualClock();
  });

  afterEach(async () => {
    await upstream.close();
    await Promise.all(open.splice(0).map((client) => client.close()));
  });

  it('serves the last good answer when asking again fails, and says so', async () => {
    upstream.script([good, { status: 503 }]);
    const client = clientOf();
    const storedAt = clock.wallTime();
    const first = await client.get('/profiles/1');
    await clock.advance(1_000);

    const second = await client.get('/profiles/1');

    expect([first.source, first.cache]).toMatchObject(['live', { status: 'miss', ageMs: 0 }]);
    expect([second.source, second.status, await second.json()]).toEqual(['stale', 200, { name: 'Ada' }]);
    expect(second.cache).toEqual({
      status: 'stale',
      ageMs: 1_000,
      staleForMs: 1_000,
      reason: 'upstream-5xx',
      storedAt,
    });
    expect(second.journal.attempts).toMatchObject([{ status: 503 }]);
  });

  it('asks again every time, and keeps the newest answer', async () => {
    upstream.script([good, { json: { name: 'Grace' } }, 'reset']);
    const client = clientOf();

    const bodies = [];
    for (let call = 0; call < 3; call += 1) bodies.push(await client.get('/x').json());

    expect(bodies).toEqual([{ name: 'Ada' }, { name: 'Grace' }, { name: 'Grace' }]);
  });

  it.each<[string, (client: Client) => Promise<unknown>]>([
    ['the call', (client) => client.get('/x').json()],
    ['the answer', async (client) => (await client.get('/x')).json()],
  ])('is no page for JSON that is asked of %s: the failure surfaces', async (_what, askAgain) => {
    const page = { headers: { 'content-type': 'text/html' }, body: '<h1>Maintenance</h1>' };
    upstream.script([good, page, 'reset']);
    const client = clientOf();
    await client.get('/x').json();
    await client.get('/x');

    const call = askAgain(client);

    await expect(call).rejects.toMatchObject({
      name: 'UpstreamConnectionError',
      reason: 'connection-reset',
      journal: { attempts: [{ reason: 'connection-reset' }] },
    });
  });

  it('tells nobody of an old page that was not served', async () => {
    const events = createEventHub();
    const served: StaleServed[] = [];
    events.subscribe('stale.served', (event) => served.push(event));
    upstream.script([{ body: 'no JSON' }, 'reset']);
    const client = clientOf({ events });
    await client.get('/x');

    await client
      .get('/x')
      .json()
      .catch(() => undefined);

    expect(served).toEqual([]);
  });

  it.each<[UpstreamStep, string]>([
    [{ status: 500 }, 'upstream-5xx'],
    [{ status: 502 }, 'upstream-5xx'],
    [{ status: 503 }, 'upstream-5xx'],
    [{ status: 504 }, 'upstream-5xx'],
    ['reset', 'network'],
    ['truncate', 'network'],
    ['garbage', 'network'],
    ['endless', 'network'],
  ])('stands in for %j with the reason %s', async (step, reason) => {
    const events = createEventHub();
    const reasons: string[] = [];
    events.subscribe('stale.served', (event) => reasons.push(event.reason));
    upstream.script([good, step]);
    const client = clientOf({ events });
    await client.get('/x').json();

    const body = await client.get('/x').json();

    expect([body, reasons]).toEqual([{ name: 'Ada' }, [reason]]);
  });

  it.each([400, 401, 403, 404, 408, 410, 429, 501])('never stands in for status %d', async (status) => {
    upstream.script([good, { status }]);
    const client = clientOf();
    await client.get('/x');

    await expect(client.get('/x')).rejects.toMatchObject({ upstreamStatus: status });
  });

  it.each([404, 410])('forgets what is gone: %d', async (status) => {
    upstream.script([good, { status }, { status: 503 }]);
    const client = clientOf({ upstreamErrors: { 404: () => new NotFoundError('No such user') } });
    await client.get('/x');
    await client.get('/x').catch(() => undefined);

    await expect(client.get('/x')).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('stands in for an open circuit', async () => {
    upstream.script([good, { status: 500 }]);
    const client = clientOf({ breaker: { consecutiveFailures: 1 } });
    await client.get('/x');
    await client.get('/x');

    const answer = await client.get('/x');

    expect([answer.cache?.reason, upstream.requests.length]).toEqual(['circuit-open', 2]);
  });

  it('stands in for an answer that takes too long', async () => {
    upstream.script([good, 'hang']);
    const client = clientOf({ timeout: { attemptMs: 100 } });
    await client.get('/x');
    await upstream.nextRequest();
    const answer = client.get('/x');
    await upstream.nextRequest();

    await clock.advance(100);

    expect((await answer).cache?.reason).toBe('timeout');
  });

  it('does not stand in for a caller who left', async () => {
    upstream.script([good, 'hang']);
    const client = clientOf();
    await client.get('/x');
    await upstream.nextRequest();
    const controller = new AbortController();
    const rejected = expect(client.get('/x', { signal: controller.signal })).rejects.toBe('left');
    await upstream.nextRequest();

    controller.abort('left');

    await rejected;
  });

  it('comes before the fallback', async () => {
    upstream.script([good, { status: 503 }]);
    const client = clientOf({ fallback: { value: {} } });
    await client.get('/a');

    const sources = [(await client.get('/a')).source, (await client.get('/b')).source];

    expect(sources).toEqual(['stale', 'fallback']);
  });

  it('ends with its window', async () => {
    upstream.script([good, { status: 503 }]);
    const client = clientOf();
    await client.get('/x');
    await clock.advance(WINDOW_MS + 1);

    await expect(client.get('/x')).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it.each(['authorization', 'cookie', 'x-api-key', 'x-user'])(
    'never gives one caller what another one was answered: %s',
    async (header) => {
      upstream.script([good, { status: 503 }]);
      const client = clientOf();
      await client.get('/me', { headers: { [header]: 'ada' } });

      const mine = await client.get('/me', { headers: { [header]: 'ada' } });

      expect(mine.source).toBe('stale');
      await expect(client.get('/me', { headers: { [header]: 'eve' } })).rejects.toMatchObject({
        upstreamStatus: 503,
      });
      await expect(client.get('/me')).rejects.toMatchObject({ upstreamStatus: 503 });
    },
  );

  it('keeps a private answer for the one who asked with credentials', async () => {
    upstream.script([{ ...good, headers: { 'cache-control': 'private' } }, { status: 503 }]);
    const client = clientOf();
    const headers = { authorization: 'Bearer a' };
    await client.get('/me', { headers });

    expect((await client.get('/me', { headers })).source).toBe('stale');
  });

  it('forgets an answer that the origin no longer lets anybody keep', async () => {
    upstream.script([good, { ...good, headers: { 'cache-control': 'no-store' } }, { status: 503 }]);
    const client = clientOf();
    await client.get('/x');
    await client.get('/x');

    await expect(client.get('/x')).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('forgets what was changed', async () => {
    upstream.script([good, { status: 204 }, { status: 503 }]);
    const client = clientOf();
    await client.get('/x');
    await client.put('/x', { json: { name: 'Grace' } });

    await expect(client.get('/x')).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('takes no part in a call with cache: false, nor in one that says no-store', async () => {
    upstream.script([good, good, { status: 503 }]);
    const client = clientOf();
    await client.get('/x', { cache: false });
    await client.get('/x', { headers: { 'cache-control': 'no-store' } });

    await expect(client.get('/x')).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('publishes what it served, without parameters, query and credentials', async () => {
    const events = createEventHub();
    const told: StaleServed[] = [];
    events.subscribe('stale.served', (event) => told.push(event));
    upstream.script([good, { status: 503 }]);
    const client = clientOf({ events });
    const options = { params: { token: 'secret' }, headers: { authorization: 'Bearer secret' } };
    await client.get('/me/:token?key=secret', options);
    await clock.advance(5);

    await client.get('/me/:token?key=secret', options);

    expect(told).toEqual([{ dependency: 'users', call: 'GET /me/:token', ageMs: 5, reason: 'upstream-5xx' }]);
  });

  it('is none with cache: false', () => {
    expect(clientOf({ cache: false }).cache).toBeUndefined();
  });
});
