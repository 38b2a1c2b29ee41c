import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../../examples/cache/index.ts';
import { CACHE_DEFAULTS } from '../../src/cache/index.ts';
import { type FakeUpstream, fakeUpstream } from '../../src/testing/index.ts';
import { fencedBlocks, readText } from '../support/regions.ts';

const EXAMPLE = 'examples/cache/index.ts';
const PAGE = 'docs/cache.md';

describe(PAGE, () => {
  it('shows the example as it is', () => {
    const [, region = ''] = readText(EXAMPLE).split(/^ *\/\/ #(?:end)?region readme$/m);

    const [block] = fencedBlocks(PAGE);

    expect(block).toEqual({ language: 'ts', source: EXAMPLE, text: region.replaceAll(/^ {2}/gm, '').trim() });
  });

  it('states the defaults that the code has', () => {
    const [, table = ''] = readText(PAGE).split('## Options and their defaults');

    const stated = [...table.matchAll(/^\| `(\w+)` +\| (?:`([^`]+)`|–) +\|/gm)].map(([, name, value]) => [
      name,
      value,
    ]);

    const optional = { tenant: undefined, keySecret: undefined, store: undefined };
    const expected = Object.entries({ ...CACHE_DEFAULTS, ...optional });
    expect(Object.fromEntries(stated)).toEqual(
      Object.fromEntries(expected.map(([name, value]) => [name, JSON.stringify(value)])),
    );
  });

  it('names the tests that show its tables', () => {
    const linked = [...readText(PAGE).matchAll(/\]\(\.\.\/(test\/[\w./-]+)\)/g)].map(([, file = '']) => file);

    expect(linked).toContain('test/examples/served-when.test.ts');
    expect(linked.map(readText).every((text) => text.length > 0)).toBe(true);
  });
});

describe('examples/cache', () => {
  let upstream: FakeUpstream;
  let shop: ReturnType<typeof createApp>;

  const profile = (token: string) =>
    request(shop.app).get('/profile').set('Authorization', `Bearer ${token}`);

  beforeEach(async () => {
    upstream = await fakeUpstream();
    upstream.respondWith({ json: { name: 'Ada' } });
    shop = createApp(upstream.url);
  });

  afterEach(async () => {
    await shop.users.close();
    await upstream.close();
  });

  it('tells whether a profile is fresh', async () => {
    const { body } = await profile('ada');

    expect(body).toEqual({ name: 'Ada', dataFreshness: 'fresh' });
  });

  it('serves the last good profile, and says so, while it cannot be read', async () => {
    await profile('ada');
    upstream.respondWith('reset');

    const { body, headers } = await profile('ada');

    expect(body).toEqual({ name: 'Ada', dataFreshness: 'stale' });
    expect(headers).toMatchObject({ 'cache-control': 'no-cache', warning: '110 - "Response is Stale"' });
  });

  it('serves it to the one alone who showed the same token', async () => {
    await profile('ada');
    upstream.respondWith('reset');

    const { status } = await profile('alan');

    expect(status).toBe(502);
  });

  it('serves nothing that was purged', async () => {
    await profile('ada');
    upstream.respondWith('reset');
    await request(shop.app).post('/ops/purge');

    const { status } = await profile('ada');

    expect(status).toBe(502);
  });
});
