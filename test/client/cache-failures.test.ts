import { describe, expect, it } from '@jest/globals';
import type { Client } from '../../src/client/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { UpstreamTimeoutError } from '../../src/errors/index.ts';
import { dnsFailureUrl, type UpstreamStep } from '../../src/testing/index.ts';
import { requestRecord } from '../support/records.ts';
import { cachedCalling, lasting } from './cached-clients.ts';

const good = lasting({ name: 'Ada' }, 'max-age=0');

describe('a stale answer stands in', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  const reasonOf = async (client: Client): Promise<unknown> => (await client.get('/x')).cache?.reason;

  it('for a connection that is refused', async () => {
    upstream().respondWith(good);
    const client = clientOf();
    await client.get('/x');
    await upstream().close();

    expect(await reasonOf(client)).toBe('network');
  });

  it('for a name that does not resolve', async () => {
    const elsewhere = dnsFailureUrl();
    upstream().script([good, { status: 307, headers: { location: `${elsewhere}/y` } }]);
    const client = clientOf({ allowedHosts: [new URL(elsewhere).host] });
    await client.get('/x');

    expect(await reasonOf(client)).toBe('network');
  });

  it('for a bulkhead that is full', async () => {
    upstream().on('/x', good);
    upstream().on('/slow', 'hang');
    const client = clientOf({ bulkhead: { maxConcurrent: 1, maxQueue: 0 } });
    await client.get('/x');
    await upstream().nextRequest();
    const controller = new AbortController();
    const slow = client.get('/slow', { signal: controller.signal }).catch((reason: unknown) => reason);
    await upstream().nextRequest();

    expect(await reasonOf(client)).toBe('bulkhead-full');

    controller.abort('enough');
    expect(await slow).toBe('enough');
  });

  it('for a budget of retries that is spent', async () => {
    upstream().script([good, { status: 502 }]);
    const client = clientOf({
      retry: { maxRetries: 2, backoff: { baseMs: 0 }, budget: { ratio: 0.01, minPerSecond: 0 } },
    });
    await client.get('/x');

    const { cache, journal } = await client.get('/x');

    expect([cache?.reason, journal.stopped]).toEqual(['upstream-5xx', 'budget']);
  });

  it('once retries have ended', async () => {
    upstream().script([good, { status: 503 }, 'reset', { status: 504 }]);
    const client = clientOf({ retry: { maxRetries: 2, backoff: { baseMs: 0 } } });
    await client.get('/x');

    const { cache, journal } = await client.get('/x');

    expect([cache?.reason, journal.attempts.length, journal.stopped]).toEqual([
      'upstream-5xx',
      3,
      'attempts',
    ]);
  });

  it.each<[string, object, number]>([
    ['of an attempt', { attemptMs: 100 }, 100],
    ['of the call', { totalMs: 100, attemptMs: 100 }, 100],
  ])('for a time that is up: %s', async (_what, timeout, ms) => {
    upstream().script([good, 'hang']);
    const client = clientOf({ timeout });
    await client.get('/x');
    await upstream().nextRequest();
    const reason = reasonOf(client);
    await upstream().nextRequest();

    await clock().advance(ms);

    expect(await reason).toBe('timeout');
  });

  it('for the time of one call that is up while others wait on', async () => {
    upstream().script([good, { ...lasting({ name: 'Grace' }), delayMs: 1_000 }]);
    const client = clientOf();
    await client.get('/x');
    await upstream().nextRequest();
    const patient = client.get('/x');
    const hasty = client.get('/x', { timeout: { totalMs: 100 } });
    await upstream().nextRequest();

    await clock().advance(100);
    const stale = await hasty;
    await clock().advance(900);

    expect([stale.source, stale.cache?.reason, (await patient).source]).toEqual(['stale', 'timeout', 'live']);
    expect(upstream().requests).toHaveLength(2);
  });

  it('for each of those who asked at once', async () => {
    upstream().script([good, { status: 503 }]);
    const client = clientOf();
    await client.get('/x');

    const answers = await Promise.all([1, 2, 3].map(() => client.get('/x')));

    expect([answers.map(({ source }) => source), upstream().requests.length]).toEqual([
      ['stale', 'stale', 'stale'],
      2,
    ]);
  });

  it("for the origin's own window where that is wider", async () => {
    upstream().script([lasting(1, 'max-age=0, stale-if-error=600'), { status: 503 }]);
    const client = clientOf({ cache: { staleIfErrorMs: 0 } });
    await client.get('/x');
    await clock().advance(599_000);

    expect(await reasonOf(client)).toBe('upstream-5xx');
  });
});

describe('no stale answer stands in', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  it.each<[number, UpstreamStep]>([
    [401, { status: 401 }],
    [403, { status: 403 }],
    [429, { status: 429, retryAfter: 1 }],
  ])('for %d, which takes nothing away either', async (status, step) => {
    upstream().script([good, step, { status: 503 }]);
    const client = clientOf({ pause: false });
    await client.get('/x');

    await expect(client.get('/x')).rejects.toMatchObject({ upstreamStatus: status });
    expect((await client.get('/x')).source).toBe('stale');
  });

  it.each<[string, unknown]>([
    ['its client left', 'gone'],
    ['its time is up', new UpstreamTimeoutError('Time is up', { scope: 'deadline', timeoutMs: 1 })],
  ])('for the end of the request that asked: %s', async (_what, reason) => {
    upstream().script([good, 'hang']);
    const client = clientOf();
    await client.get('/x');
    await upstream().nextRequest();
    const controller = new AbortController();
    const record = requestRecord({ signal: controller.signal });
    const call = runWithContext(record, () => client.get('/x').catch((thrown: unknown) => thrown));
    await upstream().nextRequest();

    controller.abort(reason);

    expect(await call).toBe(reason);
  });

  it('for what cannot be sent', async () => {
    upstream().respondWith(good);
    const client = clientOf();
    await client.get('/x');

    const call = client.get('/x', { headers: { 'a b': 'c' } });

    await expect(call).rejects.toThrow(TypeError);
  });

  it.each([404, 410])('for %d, kept or streamed: what is gone is forgotten', async (status) => {
    upstream().script([good, { status }, { status: 503 }]);
    const client = clientOf();
    await client.get('/x');
    await client.get('/x', { stream: true }).catch(() => undefined);

    const again = client.get('/x');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('when its window is over', async () => {
    upstream().script([lasting(1, 'max-age=10'), { status: 503 }]);
    const client = clientOf({ cache: { staleIfErrorMs: 1_000 } });
    await client.get('/x');
    await clock().advance(11_001);

    const again = client.get('/x');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });
});
