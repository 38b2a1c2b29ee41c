import { describe, expect, it } from '@jest/globals';
import { cachedCalling, lasting } from './cached-clients.ts';

describe('a request', () => {
  const { upstream, another, clientOf } = cachedCalling();

  it.each(['HEAD', 'OPTIONS'])('with %s has nothing to do with the cache', async (method) => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    await client.get('/x');

    const answer = await client.request(method, '/x');

    expect([answer.cache, upstream().requests.length, (await client.get('/x')).cache?.status]).toEqual([
      undefined,
      2,
      'hit',
    ]);
  });

  it("for a part is the origin's, and its answer is not kept", async () => {
    upstream().script([{ ...lasting(1), status: 206 }, lasting(2)]);
    const client = clientOf();
    const part = await client.get('/x', { headers: { range: 'bytes=0-1' } });

    const whole = await client.get('/x').json();

    expect([part.cache, whole]).toEqual([undefined, 2]);
  });

  it('that is answered by a part, unasked, has nothing kept of it', async () => {
    upstream().script([{ ...lasting(1), status: 206 }, lasting(2)]);
    const client = clientOf();
    await client.get('/x');

    const whole = await client.get('/x').json();

    expect(whole).toBe(2);
  });

  it('on a condition is answered from the cache: 304 to the one who has it already', async () => {
    upstream().respondWith(lasting({ id: 1 }, 'max-age=60', { etag: '"a"', 'x-more': 'b' }));
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x', { headers: { 'if-none-match': 'W/"a"' } });

    expect([answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([304, '', '"a"']);
    expect([answer.headers.get('x-more'), upstream().requests.length]).toEqual([null, 1]);
  });

  it('on a condition is answered from the cache: 200 to the one who has another one', async () => {
    upstream().respondWith(lasting({ id: 1 }, 'max-age=60', { etag: '"a"' }));
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x', { headers: { 'if-none-match': '"b"' } });

    expect([answer.status, await answer.json(), upstream().requests.length]).toEqual([200, { id: 1 }, 1]);
  });

  it('on a condition goes to the origin as it is, and its 304 takes nothing away', async () => {
    upstream().script([lasting(1, 'max-age=0', { etag: '"a"' }), { status: 304 }, { status: 503 }]);
    const client = clientOf();
    await client.get('/x');
    const answer = await client.get('/x', { headers: { 'if-none-match': '"mine"' } });

    const stale = await client.get('/x');

    expect([answer.status, upstream().requests[1]?.headers['if-none-match'], stale.source]).toEqual([
      304,
      '"mine"',
      'stale',
    ]);
  });

  it.each(['if-match', 'if-unmodified-since', 'if-range'])(
    'on a condition that the origin alone can weigh is for the origin: %s',
    async (name) => {
      upstream().respondWith(lasting(1, 'max-age=60', { etag: '"a"' }));
      const client = clientOf();
      await client.get('/x');

      const answer = await client.get('/x', { headers: { [name]: '"a"' } });

      expect([answer.cache, upstream().requests.length]).toEqual([undefined, 2]);
    },
  );

  it('that wants only what is kept is refused where nothing is, without asking', async () => {
    const client = clientOf();

    const call = client.get('/x', { headers: { 'cache-control': 'only-if-cached' } });

    await expect(call).rejects.toMatchObject({ upstreamStatus: 504, name: 'UpstreamResponseError' });
    expect(upstream().requests).toEqual([]);
  });

  it('that wants only what is kept gets it', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    await client.get('/x');

    const answer = await client.get('/x', { headers: { 'cache-control': 'only-if-cached' } });

    expect([answer.cache?.status, upstream().requests.length]).toEqual(['hit', 1]);
  });

  it('with cache: false is neither answered from the cache nor kept', async () => {
    upstream().script([lasting(1), lasting(2), lasting(3)]);
    const client = clientOf();
    await client.get('/x');
    const without = await client.get('/x', { cache: false });

    const kept = await client.get('/x').json();

    expect([without.cache, await without.json(), kept]).toEqual([undefined, 2, 1]);
  });

  it('with less room for the body than the kept one needs gets none of it', async () => {
    upstream().respondWith(lasting('x'.repeat(100)));
    const client = clientOf();
    await client.get('/x');

    const call = client.get('/x', { maxBodyBytes: 10 });

    await expect(call).rejects.toMatchObject({ reason: 'too-large' });
    expect(upstream().requests).toHaveLength(2);
  });

  it('for a kept 404 is answered as the first one was, to each as that one asks', async () => {
    upstream().respondWith({ ...lasting({ gone: true }), status: 404 });
    const client = clientOf();
    await client.get('/x').catch(() => undefined);

    const answer = await client.get('/x', { throwOnStatus: false });
    const thrown = client.get('/x');

    expect([answer.status, answer.source, await answer.json()]).toEqual([404, 'cache', { gone: true }]);
    await expect(thrown).rejects.toMatchObject({ upstreamStatus: 404 });
    expect(upstream().requests).toHaveLength(1);
  });

  it('is answered by a fallback that is not kept', async () => {
    upstream().script([{ status: 503 }, lasting('live')]);
    const client = clientOf({ fallback: { value: 'instead' } });
    const first = await client.get('/x').json();

    const second = await client.get('/x').json();

    expect([first, second]).toEqual(['instead', 'live']);
  });

  it('that was redirected is not kept: on the way there may have been vetoes', async () => {
    upstream().on('/a', [{ status: 302, headers: { location: '/b' } }, 503]);
    upstream().on('/b', lasting('there'));
    const client = clientOf();
    const answer = await client.get('/a');

    const again = client.get('/a');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
    expect([answer.redirected, answer.cache?.status, answer.cache?.storedAt]).toEqual([
      true,
      'miss',
      undefined,
    ]);
  });

  it('that is redirected now leaves nothing of what was kept of it before', async () => {
    upstream().on('/a', [lasting('here', 'max-age=0'), { status: 302, headers: { location: '/b' } }, 503]);
    upstream().on('/b', lasting('there'));
    const client = clientOf();
    await client.get('/a');
    await client.get('/a');

    const again = client.get('/a');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it.each<[string, object]>([
    ['fresh', {}],
    ['allowed to be stale', { headers: { 'cache-control': 'max-stale' } }],
  ])('for JSON is not answered by what is none, but asks: %s', async (_what, options) => {
    upstream().script([
      { body: 'a page', headers: { 'cache-control': 'max-age=60', 'content-type': 'text/html' } },
      lasting({ id: 1 }),
    ]);
    const client = clientOf();
    await client.get('/x').text();

    const body = await client.get('/x', options).json();

    expect(body).toEqual({ id: 1 });
  });

  it('for JSON is refused where only what is kept is wanted, and that is none', async () => {
    upstream().respondWith({ body: 'a page', headers: { 'cache-control': 'max-age=60' } });
    const client = clientOf();
    await client.get('/x').text();

    const call = client.get('/x', { headers: { 'cache-control': 'only-if-cached' } }).json();

    await expect(call).rejects.toMatchObject({ upstreamStatus: 504 });
  });

  it('that was redirected is asked again without conditions: those are of where it led', async () => {
    upstream().on('/a', { status: 302, headers: { location: '/b' } });
    upstream().on('/b', lasting('there', 'max-age=60', { etag: '"b"' }));
    const client = clientOf();
    await client.get('/a');
    upstream().clear();

    await client.get('/a');

    expect(upstream().requests[0]?.headers).not.toHaveProperty('if-none-match');
  });

  it('that was redirected to another origin is not kept', async () => {
    const other = await another();
    other.respondWith(lasting('there'));
    upstream().script([{ status: 302, headers: { location: `${other.url}/b` } }, { status: 503 }]);
    const client = clientOf({ allowedHosts: [new URL(other.url).host] });
    await client.get('/a');

    const again = client.get('/a');

    await expect(again).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('that follows redirects is not answered by one that was kept for who does not', async () => {
    upstream().on('/a', { ...lasting('moved', 'max-age=60', { location: '/b' }), status: 301 });
    upstream().on('/b', lasting('there'));
    const client = clientOf();
    const manual = await client.get('/a', { maxRedirects: 0 });

    const followed = await client.get('/a').json();

    expect([manual.status, followed]).toEqual([301, 'there']);
  });

  it('that follows no redirects is not answered by where one led', async () => {
    upstream().on('/a', [{ status: 301, headers: { location: '/b' } }, 503]);
    upstream().on('/b', lasting('there'));
    const client = clientOf();
    await client.get('/a');

    const manual = client.get('/a', { maxRedirects: 0 });

    await expect(manual).rejects.toMatchObject({ upstreamStatus: 503 });
  });

  it('that comes after the client was closed is refused, whatever is kept', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    await client.get('/x');
    await client.close();

    const call = client.get('/x');

    await expect(call).rejects.toMatchObject({ reason: 'client-closed' });
  });
});
