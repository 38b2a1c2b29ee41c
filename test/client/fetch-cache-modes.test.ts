import { describe, expect, it } from '@jest/globals';
import { cachedCalling, lasting } from './cached-clients.ts';

describe('the cache mode of fetch()', () => {
  const { upstream, clientOf } = cachedCalling();

  /** Node's fetch knows of modes, its types do not. */
  const withMode = (cache: string, rest: RequestInit = {}): RequestInit & { readonly cache: string } => ({
    ...rest,
    cache,
  });

  it.each<[string, string | undefined, number, number]>([
    ['default', undefined, 1, 1],
    ['no-store', 'no-store', 2, 1],
    ['reload', 'no-cache', 2, 2],
    ['no-cache', 'no-cache', 2, 2],
    ['force-cache', undefined, 1, 1],
    ['only-if-cached', undefined, 1, 1],
  ])('%s is a directive for our cache, and goes out', async (cache, sent, body, later) => {
    upstream().script([lasting(1), lasting(2), lasting(3)]);
    const client = clientOf();
    await (await client.fetch('/x')).text();

    const response = await client.fetch('/x', withMode(cache));

    expect(await response.json()).toBe(body);
    expect(upstream().requests[1]?.headers['cache-control']).toBe(sent);
    expect(await client.get('/x').json()).toBe(later);
  });

  it('force-cache takes what is stale', async () => {
    upstream().script([lasting(1, 'max-age=0'), lasting(2)]);
    const client = clientOf();
    await (await client.fetch('/x')).text();

    const response = await client.fetch('/x', withMode('force-cache'));

    expect(await response.json()).toBe(1);
  });

  it('only-if-cached asks nobody: 504 where nothing is kept', async () => {
    const { status } = await clientOf().fetch('/x', withMode('only-if-cached'));

    expect([status, upstream().requests]).toEqual([504, []]);
  });

  it('of a Request counts too', async () => {
    upstream().respondWith(lasting(1));
    const client = clientOf();
    const request = new Request(`${upstream().url}/x`, withMode('reload'));

    await client.fetch(request);

    expect(upstream().requests[0]?.headers['cache-control']).toBe('no-cache');
  });

  it('says nothing where the caller wrote Cache-Control', async () => {
    upstream().respondWith(lasting(1));

    await clientOf().fetch('/x', withMode('no-store', { headers: { 'Cache-Control': 'max-age=5' } }));

    expect(upstream().requests[0]?.headers['cache-control']).toBe('max-age=5');
  });

  it('is refused where it is none', async () => {
    const call = clientOf().fetch('/x', withMode('never'));

    await expect(call).rejects.toThrow(TypeError);
  });
});
