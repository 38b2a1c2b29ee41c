import { describe, expect, it } from '@jest/globals';
import { cachedCalling, lasting } from './cached-clients.ts';

const SLOW_MS = 1_000;

describe('the limits of a call that several wait for', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  const errorOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('are those of a call that wants to wait for longer than the client', async () => {
    upstream().respondWith({ ...lasting(1), delayMs: SLOW_MS });
    const client = clientOf({ timeout: { totalMs: 500, attemptMs: 500 } });
    const usual = errorOf(client.get('/x').json());
    const patient = client.get('/x', { timeout: { totalMs: 5_000, attemptMs: 5_000 } }).json();
    await upstream().nextRequest();
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    expect([await usual, await patient]).toMatchObject([{ code: 'dependency-timeout' }, 1]);
  });

  it('are those in force when it began: a change is for those who ask later', async () => {
    upstream().respondWith({ ...lasting(1), delayMs: SLOW_MS });
    const client = clientOf();
    const before = client.get('/x').json();
    await upstream().nextRequest();
    client.reconfigure({ timeout: { totalMs: 100, attemptMs: 100 } });
    const after = errorOf(client.get('/x').json());
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    expect([await before, await after]).toMatchObject([1, { code: 'dependency-timeout' }]);
  });

  it('hold for its retries: three callers, and a second attempt for all', async () => {
    upstream().script([{ status: 503 }, lasting(1)]);
    const client = clientOf({ retry: { backoff: { baseMs: 0 } } });

    const bodies = await Promise.all([1, 2, 3].map(() => client.get('/x').json()));

    expect([bodies, upstream().requests.length]).toEqual([[1, 1, 1], 2]);
  });

  it('hold for its hedges: three callers, and one extra attempt for all', async () => {
    upstream().script(['hang', lasting(1)]);
    const client = clientOf({ hedge: { afterMs: 100 } });
    const calls = [1, 2, 3].map(() => client.get('/x').json());
    await upstream().nextRequest();

    await clock().advance(100);

    expect([await Promise.all(calls), upstream().requests.length]).toEqual([[1, 1, 1], 2]);
  });

  it('are no part of what explain() says: a cache changes no worst case', () => {
    const [cached, plain] = [clientOf(), clientOf({ cache: false })];

    expect(cached.explain()).toEqual(plain.explain());
  });

  it('leave a dependency that hangs no way out of its circuit, however short the time of each caller is', async () => {
    upstream().respondWith('hang');
    const client = clientOf({ breaker: { consecutiveFailures: 1 } });
    const hasty = errorOf(client.get('/x', { timeout: { totalMs: 100 } }));
    await upstream().nextRequest();

    await clock().advance(100);

    expect(await hasty).toMatchObject({ scope: 'total' });
    expect(client.breaker?.snapshot().state).toBe('open');
  });

  it('say nothing against the dependency where a caller just left', async () => {
    upstream().respondWith('hang');
    const client = clientOf({ breaker: { consecutiveFailures: 1 } });
    const controller = new AbortController();
    const left = errorOf(client.get('/x', { signal: controller.signal }));
    await upstream().nextRequest();
    await clock().advance(2_900);

    controller.abort('left');

    await left;
    await upstream().connectionClosed();
    expect(client.breaker?.snapshot()).toMatchObject({ state: 'closed', failures: 0 });
  });
});
