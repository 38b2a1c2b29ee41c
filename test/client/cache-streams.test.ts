import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { cachedCalling, lasting, watchedStore } from './cached-clients.ts';

describe('a stream beside a cache', () => {
  const { upstream, another, clientOf } = cachedCalling();

  const watched = (change = {}) => {
    const { store, stored } = watchedStore();
    return { client: clientOf({ cache: { store, ...change } }), stored };
  };

  it('is kept on the side, once all of it passed by', async () => {
    upstream().respondWith({ body: 'whole', headers: { 'cache-control': 'max-age=60' } });
    const { client, stored } = watched();
    const kept = stored();
    await text((await client.get('/x', { stream: true })).stream);
    await kept;

    const answer = await client.get('/x');

    expect([answer.cache?.status, await answer.text()]).toEqual(['hit', 'whole']);
  });

  it('is served from what is kept', async () => {
    upstream().respondWith(lasting({ id: 1 }));
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x', { stream: true });

    expect([answer.source, await text(answer.stream), upstream().requests.length]).toEqual([
      'cache',
      '{"id":1}',
      1,
    ]);
  });

  it('is served stale where asking fails', async () => {
    upstream().script([{ json: 1 }, 'reset']);
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x', { stream: true });

    expect([answer.source, answer.cache?.reason, await text(answer.stream)]).toEqual([
      'stale',
      'network',
      '1',
    ]);
  });

  it('is confirmed like any other answer', async () => {
    upstream().script([lasting(1, 'max-age=0', { etag: '"a"' }), { status: 304 }]);
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x', { stream: true });

    expect([answer.cache?.status, await text(answer.stream)]).toEqual(['revalidated', '1']);
  });

  it("is each caller's own: nobody waits for another one", async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();

    const answers = await Promise.all([1, 2].map(() => client.get('/x', { stream: true })));

    expect(await Promise.all(answers.map(({ stream }) => text(stream)))).toEqual(['1', '1']);
    expect(upstream().requests).toHaveLength(2);
  });

  it('that is too large to keep passes by whole, and what was kept before is forgotten', async () => {
    upstream().script([{ body: 'small' }, { body: 'much too large' }, { status: 503 }]);
    const client = clientOf({ cache: { maxEntryBytes: 8 } });
    await client.get('/x');
    const body = await text((await client.get('/x', { stream: true })).stream);

    const again = client.get('/x');

    expect(body).toBe('much too large');
    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it.each(['truncate', 'reset-mid-body'] as const)('that breaks off is not kept: %s', async (fault) => {
    upstream().script([fault, { status: 503 }]);
    const client = clientOf();
    await text((await client.get('/x', { stream: true })).stream).catch(() => undefined);

    const again = client.get('/x');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('that its reader gives up is not kept', async () => {
    upstream().script(['endless', { status: 503 }]);
    const client = clientOf();
    (await client.get('/x', { stream: true })).stream.destroy();
    await upstream().connectionClosed();

    const again = client.get('/x');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('that nobody may keep ends what was kept', async () => {
    upstream().script([{ json: 1 }, lasting(2, 'no-store'), { status: 503 }]);
    const client = clientOf();
    await client.get('/x');
    await text((await client.get('/x', { stream: true })).stream);

    const again = client.get('/x');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('that was redirected to another origin is not kept', async () => {
    const other = await another();
    other.respondWith(lasting('there'));
    upstream().script([{ status: 302, headers: { location: `${other.url}/b` } }, { status: 503 }]);
    const client = clientOf({ allowedHosts: [new URL(other.url).host] });
    await text((await client.get('/a', { stream: true })).stream);

    const again = client.get('/a');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('that was redirected is not kept', async () => {
    upstream().on('/a', [{ status: 302, headers: { location: '/b' } }, 503]);
    upstream().on('/b', lasting('there'));
    const client = clientOf();
    await text((await client.get('/a', { stream: true })).stream);

    const again = client.get('/a');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('is not served where more is kept than its call takes', async () => {
    upstream().respondWith(lasting('x'.repeat(100)));
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x', { stream: true, maxBodyBytes: 10 });

    expect(answer.source).toBe('live');
    await expect(text(answer.stream)).rejects.toMatchObject({ reason: 'too-large' });
  });
});

describe('fetch() of a client with a cache', () => {
  const { upstream, clientOf } = cachedCalling();

  it('keeps its answers, and is served from them', async () => {
    const { store, stored } = watchedStore();
    upstream().respondWith(lasting({ id: 1 }));
    const client = clientOf({ cache: { store } });
    const kept = stored();
    await (await client.fetch('/x')).text();
    await kept;

    const response = await client.fetch('/x');

    expect([await response.json(), upstream().requests.length]).toEqual([{ id: 1 }, 1]);
    expect(response.headers.get('cache-status')).toBe('catalog; hit; ttl=60');
  });

  it('gives an old answer where asking fails, and says so', async () => {
    upstream().script([lasting({ id: 1 }, 'max-age=0'), { status: 503 }]);
    const client = clientOf();
    await client.get('/x');

    const response = await client.fetch('/x');

    expect([response.status, await response.json()]).toEqual([200, { id: 1 }]);
    expect(response.headers.get('warning')).toBe('110 - "Response is Stale"');
  });

  it('gives a 304 from the cache to the one who has the answer', async () => {
    upstream().respondWith(lasting({ id: 1 }, 'max-age=60', { etag: '"a"' }));
    const client = clientOf();
    await client.get('/x');

    const response = await client.fetch('/x', { headers: { 'if-none-match': '"a"' } });

    expect([response.status, response.body, upstream().requests.length]).toEqual([304, null, 1]);
  });

  it('gives the 504 of only-if-cached as a response', async () => {
    const response = await clientOf().fetch('/x', { headers: { 'cache-control': 'only-if-cached' } });

    expect(response.status).toBe(504);
  });
});
