import { describe, expect, it } from '@jest/globals';
import { cachedCalling, lasting, watchedStore } from './cached-clients.ts';

describe('an answer that may be served while a new one is fetched', () => {
  const { upstream, clientOf, clock } = cachedCalling();
  const renewing = (json: unknown) => lasting(json, 'max-age=1, stale-while-revalidate=60');

  it('is served at once to many, for whom one new one is fetched', async () => {
    const { store, stored } = watchedStore();
    upstream().script([renewing(1), { ...renewing(2), delayMs: 500 }]);
    const client = clientOf({ cache: { store } });
    await client.get('/x');
    await clock().advance(2_000);
    const renewed = stored();

    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => client.get('/x')));

    await clock().runUntil(renewed);
    expect(answers.map(({ cache }) => [cache?.status, cache?.reason])).toEqual(
      Array(5).fill(['stale', 'revalidating']),
    );
    expect(upstream().requests).toHaveLength(2);
  });

  it('is followed by the new one', async () => {
    const { store, stored } = watchedStore();
    upstream().script([renewing(1), renewing(2)]);
    const client = clientOf({ cache: { store } });
    await client.get('/x');
    await clock().advance(2_000);
    const renewed = stored();
    await client.get('/x');
    await renewed;

    const answer = await client.get('/x');

    expect([answer.cache?.status, await answer.json()]).toEqual(['hit', 2]);
  });

  it('is so where the operator says it for the origin', async () => {
    upstream().script([lasting(1, 'max-age=1'), 'hang']);
    const client = clientOf({ cache: { staleWhileRevalidateMs: 60_000 } });
    await client.get('/x');
    await clock().advance(2_000);

    const answer = await client.get('/x');

    expect(answer.cache?.reason).toBe('revalidating');
  });

  it('is none once its window is over', async () => {
    upstream().script([renewing(1), renewing(2)]);
    const client = clientOf();
    await client.get('/x');
    await clock().advance(61_000);

    const body = await client.get('/x').json();

    expect(body).toBe(2);
  });

  it('took what it took: its journal says nothing of what is fetched meanwhile', async () => {
    const { store, stored } = watchedStore();
    upstream().script([renewing(1), renewing(2)]);
    const client = clientOf({ cache: { store } });
    await client.get('/x');
    await clock().advance(2_000);
    const renewed = stored();

    const answer = await client.get('/x');

    await renewed;
    expect(answer.journal.attempts).toEqual([]);
  });

  it('has no part in the end of the call: the caller may leave, the fetch goes on', async () => {
    const { store, stored } = watchedStore();
    upstream().script([renewing(1), { ...renewing(2), delayMs: 500 }]);
    const client = clientOf({ cache: { store } });
    await client.get('/x');
    await upstream().nextRequest();
    await clock().advance(2_000);
    const controller = new AbortController();
    const renewed = stored();
    await client.get('/x', { signal: controller.signal });
    await upstream().nextRequest();

    controller.abort();
    await clock().advance(500);
    await renewed;

    expect(await client.get('/x').json()).toBe(2);
  });

  it('is fetched no longer once the client is closed', async () => {
    upstream().script([renewing(1), 'hang']);
    const client = clientOf();
    await client.get('/x');
    await upstream().nextRequest();
    await clock().advance(2_000);
    await client.get('/x');
    await upstream().nextRequest();

    await client.close();

    await upstream().connectionClosed();
    expect(clock().pendingTimers).toBe(0);
  });
});

describe('a cool-down after a failure', () => {
  const { upstream, clientOf, clock } = cachedCalling();
  const quiet = { cache: { coolDownMs: 1_000 }, random: () => 0 };

  it('serves what is stale without asking, with the reason of the failure', async () => {
    upstream().script([{ json: 1 }, { status: 503 }]);
    const client = clientOf(quiet);
    await client.get('/x');
    await client.get('/x');
    await clock().advance(999);

    const answer = await client.get('/x');

    expect([answer.cache?.reason, upstream().requests.length]).toEqual(['upstream-5xx', 2]);
  });

  it('ends', async () => {
    upstream().script([{ json: 1 }, { status: 503 }, { json: 2 }]);
    const client = clientOf(quiet);
    await client.get('/x');
    await client.get('/x');
    await clock().advance(1_000);

    const body = await client.get('/x').json();

    expect(body).toBe(2);
  });

  it('is shorter by up to a fifth, by chance', async () => {
    upstream().script([{ json: 1 }, { status: 503 }, { json: 2 }]);
    const client = clientOf({ ...quiet, random: () => 0.5 });
    await client.get('/x');
    await client.get('/x');
    await clock().advance(900);

    const body = await client.get('/x').json();

    expect(body).toBe(2);
  });

  it('is for those alone who can be served', async () => {
    upstream().script([{ status: 503 }, { json: 1 }]);
    const client = clientOf(quiet);
    await client.get('/x').catch(() => undefined);

    const body = await client.get('/x').json();

    expect(body).toBe(1);
  });

  it('is none unless it is asked for: a dependency that is back is asked at once', async () => {
    upstream().script([{ json: 1 }, { status: 503 }, { json: 2 }]);
    const client = clientOf();
    await client.get('/x');
    await client.get('/x');

    const body = await client.get('/x').json();

    expect(body).toBe(2);
  });
});

describe('an early refresh', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  it.each<[string, number, number]>([
    ['asks anew where chance has it', 0.999, 2],
    ['leaves a fresh answer alone where it has not', 0, 1],
  ])('%s', async (_what, chance, requests) => {
    const { store, stored } = watchedStore();
    upstream().script([{ ...lasting(1), delayMs: 1_000 }, lasting(2)]);
    const client = clientOf({ cache: { earlyRefresh: 1, store }, random: () => chance });
    await clock().runUntil(client.get('/x'));
    await clock().advance(55_000);
    const renewed = stored();

    const answer = await client.get('/x');

    if (requests === 2) await renewed;
    expect([answer.cache?.status, upstream().requests.length]).toEqual(['hit', requests]);
  });
});
