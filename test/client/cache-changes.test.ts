import { describe, expect, it } from '@jest/globals';
import type { UpstreamStep } from '../../src/testing/index.ts';
import { cachedCalling, lasting } from './cached-clients.ts';

const SLOW_MS = 1_000;
const ADA = { headers: { authorization: 'Bearer ada' } };
const EVE = { headers: { authorization: 'Bearer eve' } };

describe('a change', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  const statusOf = async (call: Promise<{ readonly cache: { readonly status: string } | undefined }>) =>
    (await call).cache?.status;

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'])(
    'ends what is kept of its URL, whoever asked for it: %s',
    async (method) => {
      upstream().respondWith(lasting(1));
      const client = clientOf();
      await client.get('/x');
      await client.get('/x', ADA);

      await client.request(method, '/x', EVE);

      expect([await statusOf(client.get('/x')), await statusOf(client.get('/x', ADA))]).toEqual([
        'miss',
        'miss',
      ]);
    },
  );

  it('leaves other URLs alone', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    await client.get('/x?a=1');

    await client.put('/x');

    expect(await statusOf(client.get('/x?a=1'))).toBe('hit');
  });

  it.each(['location', 'content-location'])(
    'ends what is kept of the URL that its answer names: %s',
    async (name) => {
      upstream().on('/items', { status: 201, headers: { [name]: '/items/7' } });
      upstream().on('/items/7', lasting(1));
      const client = clientOf();
      await client.get('/items/7');

      await client.post('/items', { json: {} });

      expect(await statusOf(client.get('/items/7'))).toBe('miss');
    },
  );

  it('ends nothing of another origin that its answer names', async () => {
    upstream().on('/items', { status: 201, headers: { location: 'http://127.0.0.1:1/items/7' } });
    upstream().on('/items/7', lasting(1));
    const client = clientOf();
    await client.get('/items/7');

    await client.post('/items', { json: {} });

    expect(await statusOf(client.get('/items/7'))).toBe('hit');
  });

  it('ends what is kept of where it was redirected to', async () => {
    upstream().on('/items', { status: 303, headers: { location: '/items/7' } });
    upstream().on('/items/7', lasting(1));
    const client = clientOf();
    await client.get('/items/7');

    await client.post('/items', { json: {} });

    expect(await statusOf(client.get('/items/7'))).toBe('miss');
  });

  it.each([400, 404, 500, 503])('that failed ends nothing: %d', async (status) => {
    upstream().respondWith(({ method }) => (method === 'GET' ? lasting(1) : { status }));
    const client = clientOf();
    await client.get('/x');

    await client.put('/x', { throwOnStatus: false }).catch(() => undefined);

    expect(await statusOf(client.get('/x'))).toBe('hit');
  });

  it.each<[string, UpstreamStep, object]>([
    ['is empty', 204, {}],
    ['is cut short', 'truncate', {}],
    ['is too large', { body: 'x'.repeat(100) }, { maxBodyBytes: 10 }],
  ])('whose answer %s was made all the same', async (_what, step, options) => {
    upstream().script([lasting(1), step, lasting(2)]);
    const client = clientOf();
    await client.get('/x');
    const failed = client.put('/x', options).json();
    await expect(failed).rejects.toMatchObject({ name: 'UpstreamResponseError' });

    const answer = await client.get('/x');

    expect([answer.cache?.status, await answer.json()]).toEqual(['miss', 2]);
  });

  it('that led to what failed was made all the same, and there too', async () => {
    upstream().on('/items', [
      lasting('list'),
      { status: 303, headers: { location: '/items/7' } },
      lasting(2),
    ]);
    upstream().on('/items/7', [lasting('item'), 500, lasting(2)]);
    const client = clientOf();
    await client.get('/items');
    await client.get('/items/7');
    await client.post('/items', { json: {} }).catch(() => undefined);

    const statuses = [await statusOf(client.get('/items')), await statusOf(client.get('/items/7'))];

    expect(statuses).toEqual(['miss', 'miss']);
  });

  it('ends what is kept, though the call itself is without the cache', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    await client.get('/x');

    await client.put('/x', { cache: false });

    expect(await statusOf(client.get('/x'))).toBe('miss');
  });

  it('is not followed by an answer that was asked for before it: that is neither joined nor kept', async () => {
    upstream().script([{ ...lasting('old'), delayMs: SLOW_MS }, 204, lasting('new'), lasting('newer')]);
    const client = clientOf();
    const early = client.get('/x').json();
    await upstream().nextRequest();
    await client.put('/x');

    const late = await client.get('/x').json();
    await clock().advance(SLOW_MS);

    expect([await early, late, await client.get('/x').json()]).toEqual(['old', 'new', 'new']);
  });

  it('is not followed by one that was asked for before it, though who asked first left meanwhile', async () => {
    upstream().script([{ ...lasting('old'), delayMs: SLOW_MS }, 204, lasting('new')]);
    const client = clientOf();
    const left = client
      .get('/x', { timeout: { totalMs: 100 } })
      .json()
      .catch(() => 'left');
    const early = client.get('/x').json();
    await upstream().nextRequest();
    await client.put('/x');
    await clock().advance(100);
    await left;
    await clock().advance(SLOW_MS);
    await early;

    const late = await client.get('/x').json();

    expect(late).toBe('new');
  });
});

describe('purge()', () => {
  const { upstream, clientOf, clock } = cachedCalling();

  it.each<[string, (base: string) => object | undefined]>([
    ['a path', () => ({ url: '/x?a=1' })],
    ['a whole URL', (base) => ({ url: `${base}/api/x?a=1` })],
    ['a whole URL with a fragment', (base) => ({ url: `${base}/api/x?a=1#b` })],
    ['nothing', () => undefined],
  ])('forgets what is kept, for all callers: %s', async (_what, targetOf) => {
    upstream().respondWith(lasting(1));
    const client = clientOf({ baseUrl: `${upstream().url}/api` });
    await client.get('/x?a=1');
    await client.get('/x?a=1', ADA);

    await client.cache?.purge(targetOf(upstream().url));

    const answers = [await client.get('/x?a=1'), await client.get('/x?a=1', ADA)];
    expect(answers.map(({ cache }) => cache?.status)).toEqual(['miss', 'miss']);
  });

  it('forgets the entry of a key, and no other', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    const { cache } = await client.get('/x');
    await client.get('/y');

    await client.cache?.purge({ key: cache?.key });

    const answers = [await client.get('/x'), await client.get('/y')];
    expect(answers.map((answer) => answer.cache?.status)).toEqual(['miss', 'hit']);
  });

  it('leaves nothing for failures either', async () => {
    upstream().script([{ json: 1 }, { status: 503 }]);
    const client = clientOf();
    await client.get('/x');
    await client.cache?.purge({ url: '/x' });

    const again = client.get('/x');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it.each<[string, object | undefined]>([
    ['a URL', { url: '/x' }],
    ['everything', undefined],
  ])('is not followed by an answer that was asked for before it: %s', async (_what, target) => {
    upstream().script([{ ...lasting('old'), delayMs: SLOW_MS }, lasting('new')]);
    const client = clientOf();
    const early = client.get('/x').json();
    await upstream().nextRequest();
    await client.cache?.purge(target);
    await clock().advance(SLOW_MS);
    await early;

    const late = await client.get('/x').json();

    expect(late).toBe('new');
  });

  it('of a key is not followed by an answer that was asked for before it', async () => {
    upstream().script([lasting('old', 'max-age=0'), { ...lasting('old'), delayMs: SLOW_MS }, lasting('new')]);
    const client = clientOf();
    const { cache } = await client.get('/x');
    await upstream().nextRequest();
    const early = client.get('/x').json();
    await upstream().nextRequest();
    await client.cache?.purge({ key: cache?.key });
    await clock().advance(SLOW_MS);
    await early;

    const late = await client.get('/x').json();

    expect(late).toBe('new');
  });

  it.each<[string, unknown]>([
    ['nothing in it', {}],
    ['both', { url: '/x', key: 'a' }],
    ['a text', '/x'],
    ['null', null],
    ['no URL', { url: 'http://[' }],
    ['a host that the client may not call', { url: 'http://elsewhere.example/x' }],
    ['a number', { key: 7 }],
  ])('refuses a target with %s', async (_what, target) => {
    const { cache } = clientOf();

    // What people who do not write TypeScript may ask for.
    const purged = cache?.purge(target as never);

    await expect(purged).rejects.toThrow(TypeError);
  });
});
