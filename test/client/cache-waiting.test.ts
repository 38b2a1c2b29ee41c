import { describe, expect, it } from '@jest/globals';
import { runWithContext } from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';
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

  it.each<[string, object, object]>([
    ['retries', { retry: { maxRetries: 1 } }, { retry: false }],
    ['the time of an attempt', { timeout: { attemptMs: 400 } }, { timeout: { attemptMs: 300 } }],
  ])('are asked for apart by %s', async (_what, one, other) => {
    upstream().respondWith({ ...lasting(1), delayMs: 200 });
    const client = clientOf();
    const calls = [one, other, one].map((options) => client.get('/x', options).json());
    await upstream().nextRequest();
    await upstream().nextRequest();

    await clock().advance(200);

    expect([await Promise.all(calls), upstream().requests.length]).toEqual([[1, 1, 1], 2]);
  });

  it('are those of the call: its attempts, and the retries that it wants', async () => {
    upstream().script(['hang', lasting(1)]);
    const client = clientOf();
    const retry = { maxRetries: 1, backoff: { baseMs: 0 } };
    const call = client.get('/x', { timeout: { attemptMs: 100 }, retry }).json();
    await upstream().nextRequest();

    await clock().advance(100);

    expect(await call).toBe(1);
  });

  it('are asked for apart by who is itself trying again', async () => {
    upstream().respondWith({ status: 503, delayMs: SLOW_MS });
    const client = clientOf({ retry: { maxRetries: 1, backoff: { baseMs: 0 } } });
    const calls = [requestRecord({ retryAttempt: 1 }), requestRecord({})].map((record) =>
      runWithContext(record, () => errorOf(client.get('/x'))),
    );
    await upstream().nextRequest();
    await upstream().nextRequest();
    await clock().advance(SLOW_MS);
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    expect(await Promise.all(calls)).toMatchObject([
      { journal: { attempts: { length: 1 } } },
      { journal: { attempts: { length: 2 } } },
    ]);
  });

  it('end with the first of them for nobody who came late, and has time left', async () => {
    upstream().script(['hang', lasting(2)]);
    const client = clientOf({ timeout: { totalMs: 1_000, attemptMs: 1_000 } });
    const first = errorOf(client.get('/x').json());
    await upstream().nextRequest();
    await clock().advance(600);
    const late = [client.get('/x').json(), client.get('/x').json()];
    await clock().advance(400);

    const bodies = await Promise.all(late);

    expect([await first, bodies, upstream().requests.length]).toMatchObject([{ scope: 'total' }, [2, 2], 2]);
  });
});
