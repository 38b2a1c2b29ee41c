import { describe, expect, it } from '@jest/globals';
import type { CacheOptions } from '../../src/cache/index.ts';
import { runWithContext } from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';
import { cachedCalling, lasting } from './cached-clients.ts';

const SLOW_MS = 1_000;

describe('what one caller was answered', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  const asUser = (header: string, user: string) => ({ headers: { [header]: user } });

  it.each<[string, CacheOptions]>([
    ['authorization', {}],
    ['cookie', {}],
    ['x-api-key', {}],
    ['x-tenant-id', {}],
    ['x-user-id', {}],
    ['x-session', {}],
    ['x-region', { partitionBy: ['X-Region'] }],
    ['x-api-key', { mode: 'shared' }],
    ['cookie', { mode: 'shared' }],
    ['authorization', { mode: 'private' }],
  ])('is for that one alone: %s %j', async (header, cache) => {
    upstream().respondWith(({ headers }) => lasting(headers[header] ?? 'nobody'));
    const client = clientOf({ cache });
    const ask = async () => [
      await client.get('/me', asUser(header, 'ada')).json(),
      await client.get('/me', asUser(header, 'eve')).json(),
      await client.get('/me').json(),
    ];
    await ask();

    const again = await ask();

    expect([again, upstream().requests.length]).toEqual([['ada', 'eve', 'nobody'], 3]);
  });

  it('is for that one alone though all ask at once', async () => {
    upstream().respondWith(({ headers }) => ({
      ...lasting(headers.authorization ?? 'nobody'),
      delayMs: SLOW_MS,
    }));
    const client = clientOf();
    const users = ['ada', 'eve', 'ada', 'eve'];
    const calls = users.map((user) => client.get('/me', asUser('authorization', user)).json());
    await upstream().nextRequest();
    await upstream().nextRequest();

    await clock().advance(SLOW_MS);

    expect([await Promise.all(calls), upstream().requests.length]).toEqual([users, 2]);
  });

  it('is for that one alone though it says that it varies by something else', async () => {
    upstream().respondWith(({ headers }) =>
      lasting(headers.cookie ?? 'nobody', 'max-age=60', { vary: 'accept' }),
    );
    const client = clientOf();
    const ask = (cookie: string) => client.get('/me', { headers: { cookie, accept: 'a/b' } }).json();
    await ask('ada');

    const said = [await ask('eve'), await ask('ada')];

    expect(said).toEqual(['eve', 'ada']);
  });

  it('is never served to another one when asking fails', async () => {
    upstream().script([lasting('ada', 'private, max-age=0'), { status: 503 }]);
    const client = clientOf();
    await client.get('/me', asUser('authorization', 'ada'));

    const other = client.get('/me', asUser('authorization', 'eve'));

    await expect(other).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('is for its baggage alone, where that goes along', async () => {
    upstream().respondWith(({ headers }) => ({ ...lasting(headers.baggage ?? 'none'), delayMs: SLOW_MS }));
    const client = clientOf();
    const ask = (baggage?: string) =>
      runWithContext(requestRecord(baggage === undefined ? {} : { baggage }), () => client.get('/x').json());
    const all = () => Promise.all([ask('tenant=a'), ask('tenant=b'), ask()]);
    const first = all();
    for (let count = 0; count < 3; count += 1) await upstream().nextRequest();
    await clock().advance(SLOW_MS);
    const before = await first;

    const after = await all();

    expect([before, after, upstream().requests.length]).toEqual([
      ['tenant=a', 'tenant=b', 'none'],
      ['tenant=a', 'tenant=b', 'none'],
      3,
    ]);
  });

  it.each(['x-request-id', 'x-correlation-id', 'traceparent', 'b3'])(
    'is for whoever comes next, though the call has an id of its own: %s',
    async (name) => {
      upstream().respondWith(lasting(1));
      const client = clientOf();
      await client.get('/x', { headers: { [name]: 'one' } });

      const answer = await client.get('/x', { headers: { [name]: 'two' } });

      expect(answer.cache?.status).toBe('hit');
    },
  );

  it('is kept for nobody where it varies by an id', async () => {
    upstream().respondWith(lasting(1, 'max-age=60', { vary: 'X-Request-Id' }));
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x');

    expect(answer.cache?.status).toBe('miss');
  });

  it('is for its tenant alone', async () => {
    let tenant: string | number | undefined = 'a';
    upstream().respondWith(() => lasting(tenant ?? 'nobody'));
    const client = clientOf({ cache: { tenant: () => tenant } });
    const ask = async () => {
      const said: unknown[] = [];
      for (tenant of ['a', 'b', 7, undefined]) said.push(await client.get('/x').json());
      return said;
    };
    await ask();

    const again = await ask();

    expect([again, upstream().requests.length]).toEqual([['a', 'b', 7, 'nobody'], 4]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no tenant');
      },
    ],
    ['gives a promise', async () => 'a'],
    ['gives a promise that rejects', async () => Promise.reject(new Error('no tenant'))],
    ['gives an object', () => ({ id: 'a' })],
    ['gives an empty text', () => ''],
    ['gives no number', () => Number.NaN],
  ])('is kept for nobody where the function for the tenant %s', async (_what, tenant) => {
    upstream().respondWith(lasting(1));
    const client = clientOf({ cache: { tenant } });
    await client.get('/x');

    const answer = await client.get('/x');

    expect([answer.cache, upstream().requests.length]).toEqual([undefined, 2]);
  });

  it('is kept by its one alone where a cookie is set with it', async () => {
    upstream().respondWith(lasting(1, 'max-age=60', { 'set-cookie': 'session=1' }));
    const client = clientOf();
    const ask = async (options = {}) => (await client.get('/x', options)).cache?.status;
    await ask();
    await ask(asUser('cookie', 'a'));

    const statuses = [await ask(), await ask(asUser('cookie', 'a'))];

    expect(statuses).toEqual(['miss', 'hit']);
  });
});
