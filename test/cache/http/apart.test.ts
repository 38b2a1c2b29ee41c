import { describe, expect, it } from '@jest/globals';
import type { HttpCacheSetup } from '../../../src/cache/http/http-cache.ts';
import type { CacheMode } from '../../../src/cache/http/index.ts';
import { readRequestRules } from '../../../src/cache/http/request-rules.ts';
import { memoryStore } from '../../../src/cache/index.ts';
import { httpCache, openStore, URL_A } from './caches.ts';

const PLAIN = readRequestRules({});

describe('two caches in one store', () => {
  const read = async (one: Partial<HttpCacheSetup>, other: Partial<HttpCacheSetup>) => {
    const store = memoryStore();
    const first = httpCache(one, store);
    const second = httpCache(other, store);
    await first.keep(first.placeOf(), first.fresh('x'));
    return second.bodyOf(second.placeOf());
  };

  it('share what they keep where they are the same', async () => {
    expect(await read({}, {})).toBe('x');
  });

  it('never read each other where they have other names', async () => {
    expect(await read({ scope: 'a' }, { scope: 'b' })).toBeUndefined();
  });

  it.each<[CacheMode, CacheMode]>([
    ['shared', 'partitioned'],
    ['partitioned', 'private'],
    ['private', 'shared'],
  ])('never read each other in the modes %s and %s', async (one, other) => {
    expect(await read({ mode: one }, { mode: other })).toBeUndefined();
  });

  it('hear of each other’s changes though their modes differ', async () => {
    const store = memoryStore();
    const one = httpCache({ mode: 'shared' }, store);
    const other = httpCache({}, store);
    await other.keep(other.placeOf(), other.fresh('old'));

    await one.cache.invalidate(URL_A);

    expect(await other.bodyOf(other.placeOf())).toBeUndefined();
  });
});

describe('a header that differs with each request', () => {
  it('tells no callers apart, nor flights', () => {
    const { placeOf } = httpCache();

    const [one, other] = ['a', 'b'].map((id) => placeOf({ 'x-request-id': id }));

    expect([one?.key, one?.flightKey()]).toEqual([other?.key, other?.flightKey()]);
  });

  it('has no answer kept or shared that depends on it', async () => {
    const { cache, placeOf, fresh, keep } = httpCache();
    const headers = { 'cache-control': 'max-age=60', vary: 'accept, X-Request-Id' };
    const at = placeOf();

    expect([await keep(at, fresh('x', { headers })), cache.mayShare(at, { headers })]).toEqual([
      false,
      false,
    ]);
  });
});

describe('mayShare', () => {
  const mayShare = (headers: Record<string, string>, request: Record<string, string> = {}) => {
    const { cache, placeOf } = httpCache();
    return cache.mayShare(placeOf(request), { headers });
  };

  it.each<[string, Record<string, string>, boolean]>([
    ['that says nothing', {}, true],
    ['that is good for a while', { 'cache-control': 'max-age=60' }, true],
    ['that is not to be stored', { 'cache-control': 'no-store' }, false],
    ['that is private', { 'cache-control': 'private' }, false],
    ['that sets a cookie', { 'set-cookie': 'session=1' }, false],
    ['that varies by anything', { vary: '*' }, false],
  ])('of an answer %s to nobody’s request: %j is %s', (_what, headers, expected) => {
    expect(mayShare(headers)).toBe(expected);
  });

  it.each<[Record<string, string>, boolean]>([
    [{ 'cache-control': 'private' }, true],
    [{ 'set-cookie': 'session=2' }, true],
    [{ 'cache-control': 'no-store' }, false],
  ])('of an answer to one’s own credentials with %j is %s', (headers, expected) => {
    expect(mayShare(headers, { cookie: 'session=1' })).toBe(expected);
  });
});

describe('what a store gives back', () => {
  const given = async (change: object) => {
    const { store, entries } = openStore();
    const { cache, placeOf, fresh, keep } = httpCache({}, store);
    const at = placeOf();
    await keep(at, fresh('x'));
    const entry = entries.get(at.key);
    const kept = await cache.recall(at, PLAIN);
    if (entry) entries.set(at.key, { ...entry, value: { variants: [{ ...kept?.value, ...change }] } });
    return cache.recall(at, PLAIN);
  };

  it('is used where it would be kept now', async () => {
    expect((await given({ status: 203 }))?.value.status).toBe(203);
  });

  it.each<[string, object]>([
    ['no-store', { headers: { 'cache-control': 'no-store' } }],
    ['private, where many are served', { headers: { 'cache-control': 'private' } }],
    ['a cookie, where many are served', { headers: { 'set-cookie': 'a=b' } }],
    ['Vary: *', { headers: { vary: '*' } }],
    ['Vary by an id', { headers: { vary: 'x-request-id' } }],
    ['a part of an answer', { status: 206 }],
    ['a refusal', { status: 401, headers: { 'cache-control': 'max-age=60' } }],
    ['a failure', { status: 503, headers: { 'cache-control': 'max-age=60' } }],
    ['a body that is too large', { body: Buffer.alloc(1_001) }],
  ])('is not used where it is %s', async (_what, change) => {
    expect(await given(change)).toBeUndefined();
  });
});

describe('an answer of an origin that says nothing of caching', () => {
  const SILENT = { etag: '"1"' };
  const one = { 'x-whatever': 'one' };

  const readBy = async (
    headers: Record<string, string>,
    mode: CacheMode = 'partitioned',
    said: Record<string, string> = SILENT,
  ) => {
    const { placeOf, fresh, keep, bodyOf } = httpCache({ mode });
    await keep(placeOf(one), fresh('of one', { headers: said }));
    return bodyOf(placeOf(headers));
  };

  it.each<[string, Record<string, string>]>([
    ['another value of a header that nobody knows', { 'x-whatever': 'other' }],
    ['a request without it', {}],
    ['a request with one more', { ...one, referer: 'http://a.example/' }],
  ])('is not for %s', async (_what, headers) => {
    expect([await readBy(headers), await readBy(headers, 'private')]).toEqual([undefined, undefined]);
  });

  it.each<[string, Record<string, string>]>([
    ['the same headers', one],
    ['others that say nothing of who asks', { ...one, accept: 'text/html', 'user-agent': 'x' }],
    ['another id of the request', { ...one, 'x-request-id': '2' }],
  ])('is for %s', async (_what, headers) => {
    expect(await readBy(headers)).toBe('of one');
  });

  it.each<[string, Record<string, string>]>([
    ['how long it is good', { 'cache-control': 'max-age=60' }],
    ['when it ends', { ...SILENT, expires: 'Sun, 06 Nov 2094 08:49:37 GMT' }],
    ['what it depends on', { ...SILENT, vary: 'accept' }],
  ])('is taken at its word where it says %s', async (_what, said) => {
    expect(await readBy({ 'x-whatever': 'other' }, 'partitioned', said)).toBe('of one');
  });

  it('is for everybody where HTTP alone counts', async () => {
    expect(await readBy({ 'x-whatever': 'other' }, 'shared')).toBe('of one');
  });

  it('stays apart when it is confirmed', async () => {
    const { cache, placeOf, fresh, keep, bodyOf } = httpCache();
    const at = placeOf(one);
    await keep(at, fresh('of one', { headers: SILENT }));
    const kept = await cache.recall(at, PLAIN);

    if (kept !== undefined) await cache.renew(at, kept.value, fresh('', { headers: SILENT })).stored;

    expect([await bodyOf(placeOf(one)), await bodyOf(placeOf({ 'x-whatever': 'other' }))]).toEqual([
      'of one',
      undefined,
    ]);
  });
});
