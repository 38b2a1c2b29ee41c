import { describe, expect, it } from '@jest/globals';
import { readRequestRules } from '../../../src/cache/http/request-rules.ts';
import { httpCache, openStore, URL_A } from './caches.ts';

const PLAIN = readRequestRules({});

describe('place', () => {
  it.each([
    ['http://A.example:80/things/1', true],
    ['HTTP://a.example/things/1#part', true],
    ['http://user:pass@a.example/things/1', true],
    ['http://a.example/things/1?', true],
    ['https://a.example/things/1', false],
    ['http://a.example:8080/things/1', false],
    ['http://a.example/Things/1', false],
    ['http://a.example/things/1?x', false],
    ['http://a.example/things/%31', false],
  ])('compares scheme and host as they are compared, path and query as they are: %s', (url, isSame) => {
    const { placeOf } = httpCache();

    expect(placeOf({}, url).key === placeOf().key).toBe(isSame);
  });

  it.each([
    ['authorization', 'Bearer hunter2'],
    ['cookie', 'a=hunter2'],
    ['x-api-key', 'hunter2'],
    ['x-user-id', 'hunter2'],
  ])('gives who says who it is by %s a place of its own, and shows nothing of it', (name, value) => {
    const { placeOf } = httpCache();

    const place = placeOf({ [name]: value });
    const shown = JSON.stringify([place.key, place.noteKey, place.flightKey(), place.partition()]);

    expect([place.key === placeOf().key, place.key === placeOf({ [name]: 'x' }).key]).toEqual([false, false]);
    expect(shown).not.toMatch(/hunter2|things/);
  });

  it('has one note for a URL, whoever asks', () => {
    const { placeOf, cache } = httpCache();

    const notes = [placeOf().noteKey, placeOf({ cookie: 'a=b' }).noteKey, cache.groupOf(URL_A)];

    expect(new Set(notes).size).toBe(1);
  });

  it('lets those share a flight who want the same by the same headers, in any order', () => {
    const { placeOf } = httpCache();
    const flights: readonly Record<string, string>[] = [
      { a: '1', b: '2' },
      { b: '2', a: '1' },
      { a: '1' },
      { a: '2', b: '1' },
      { a: '1b', '': '2' },
    ];

    const keys = flights.map((headers) => placeOf(headers).flightKey());

    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(4);
  });

  it('is nobody’s part where nobody is named', () => {
    const { placeOf } = httpCache();

    expect(placeOf({ accept: 'x' }).partition()).toBeUndefined();
  });
});

describe('keep and recall', () => {
  it('gives back what it kept, how old it was and how far it may be used', async () => {
    const { cache, placeOf, fresh, keep, clock } = httpCache();
    const at = placeOf();
    const headers = { 'cache-control': 'max-age=60', age: '5', connection: 'close' };

    const isKept = await keep(at, fresh('one', { headers }, 40));
    const kept = await cache.recall(at, PLAIN);

    expect(isKept).toBe(true);
    expect(kept).toMatchObject({
      key: at.key,
      storedAt: clock.wallTime(),
      initialAgeMs: 5_040,
      lifetimeMs: 60_000,
      usableMs: 60_000,
      staleIfErrorMs: 600_000,
      staleWhileRevalidateMs: 0,
      loadMs: 40,
      value: { status: 200, headers: { 'cache-control': 'max-age=60', age: '5' } },
    });
    expect(kept?.value.headers.connection).toBeUndefined();
  });

  it('counts what is kept for a tenant as that tenant’s, whoever of it asked', async () => {
    const { store, entries } = openStore();
    const { cache, fresh, keep } = httpCache({}, store);
    const users = ['a', 'b'].map((cookie) =>
      cache.place({ url: URL_A, headers: { cookie }, tenant: 't', marks: [] }),
    );

    for (const at of users) await keep(at, fresh('x'));

    const partitions = [...entries.values()].map(({ partition }) => partition);
    expect([partitions.length, new Set(partitions).size, partitions[0]]).toEqual([2, 1, expect.any(String)]);
  });

  it('gives nobody what was kept for somebody else', async () => {
    const { placeOf, fresh, keep, bodyOf } = httpCache();
    await keep(placeOf({ cookie: 'user=a' }), fresh('of a'));

    const others: readonly Record<string, string>[] = [{}, { cookie: 'user=b' }, { authorization: 'user=a' }];
    const found = others.map((each) => bodyOf(placeOf(each)));

    expect(await Promise.all(found)).toEqual([undefined, undefined, undefined]);
  });

  it('holds no more memory than the body takes', async () => {
    const { cache, placeOf, fresh, keep } = httpCache();
    const body = Buffer.alloc(100_000).subarray(10, 20);

    await keep(placeOf(), fresh('', { body }));
    const kept = await cache.recall(placeOf(), PLAIN);

    expect(kept?.value.body.buffer.byteLength).toBe(10);
  });

  it.each([
    [1_000, true],
    [1_001, false],
  ])('with the bound of 1 000 bytes, keeps a body of %d: %s', async (bytes, expected) => {
    const { placeOf, fresh, keep } = httpCache();

    expect(await keep(placeOf(), fresh('x'.repeat(bytes)))).toBe(expected);
  });

  it('keeps nothing that could never be used', async () => {
    const { placeOf, fresh, keep } = httpCache();

    expect(await keep(placeOf(), fresh('', { headers: { 'cache-control': 'no-cache' } }))).toBe(false);
  });

  it.each([
    ['no-store', { headers: { 'cache-control': 'no-store' } }, undefined],
    ['Vary: *', { headers: { vary: '*' } }, undefined],
    ['a body that is too large', { body: Buffer.alloc(1_001) }, undefined],
    ['what could never be used', { headers: { 'cache-control': 'no-cache' } }, undefined],
    ['404', { status: 404, headers: {} }, undefined],
    ['410', { status: 410, headers: {} }, undefined],
    ['302', { status: 302, headers: {} }, undefined],
    ['206', { status: 206 }, 'old'],
    ['304', { status: 304 }, 'old'],
    ['401', { status: 401 }, 'old'],
    ['403', { status: 403 }, 'old'],
    ['429', { status: 429 }, 'old'],
    ['500', { status: 500 }, 'old'],
    ['503', { status: 503 }, 'old'],
  ])('after an answer that is not kept, by %s, has %s left', async (_what, change, left) => {
    const { placeOf, fresh, keep, bodyOf } = httpCache();
    await keep(placeOf(), fresh('old'));

    const isKept = await keep(placeOf(), fresh('new', change));

    expect([isKept, await bodyOf(placeOf())]).toEqual([false, left]);
  });

  it('forgets what is kept for one caller', async () => {
    const { cache, placeOf, fresh, keep, bodyOf } = httpCache();
    const [one, other] = [placeOf({ cookie: 'a' }), placeOf({ cookie: 'b' })];
    for (const at of [one, other]) await keep(at, fresh('x'));

    await cache.forget(one);

    expect([await bodyOf(one), await bodyOf(other)]).toEqual([undefined, 'x']);
  });

  it('does not let a slow answer take the place of one that was asked for later', async () => {
    const { placeOf, fresh, keep, bodyOf, clock } = httpCache();
    await clock.advance(1_000);
    await keep(placeOf(), fresh('new'));

    const isKept = await keep(placeOf(), fresh('slow', {}, 1_000));

    expect([isKept, await bodyOf(placeOf())]).toEqual([false, 'new']);
  });
});

describe('variants', () => {
  const headers = { 'cache-control': 'max-age=60', vary: 'Accept-Language' };
  const inLanguage = (language: string) => ({ 'accept-language': language });

  it('are kept side by side, each for the requests that it was made for', async () => {
    const { placeOf, fresh, keep, bodyOf } = httpCache();
    for (const each of ['de', 'en']) await keep(placeOf(inLanguage(each)), fresh(each, { headers }));

    const found = ['de', 'en', 'fr'].map((each) => bodyOf(placeOf(inLanguage(each))));

    expect(await Promise.all([...found, bodyOf(placeOf())])).toEqual(['de', 'en', undefined, undefined]);
  });

  it('are bounded: the oldest goes first', async () => {
    const { placeOf, fresh, keep, bodyOf } = httpCache();
    const languages = ['de', 'en', 'fr', 'it'];

    for (const each of languages) await keep(placeOf(inLanguage(each)), fresh(each, { headers }));
    const found = languages.map((each) => bodyOf(placeOf(inLanguage(each))));

    expect(await Promise.all(found)).toEqual([undefined, 'en', 'fr', 'it']);
  });

  it('take no more room than that in the store', async () => {
    const { store, entries } = openStore();
    const { placeOf, fresh, keep } = httpCache({}, store);

    for (const each of ['de', 'en', 'fr', 'it'])
      await keep(placeOf(inLanguage(each)), fresh(each, { headers }));

    expect(entries.get(placeOf().key)?.value).toMatchObject({ variants: { length: 3 } });
  });

  it('are replaced one by one', async () => {
    const { placeOf, fresh, keep, bodyOf, clock } = httpCache();
    for (const each of ['de', 'en']) await keep(placeOf(inLanguage(each)), fresh(each, { headers }));
    await clock.advance(1);

    await keep(placeOf(inLanguage('de')), fresh('neu', { headers }));

    const found = ['de', 'en'].map((each) => bodyOf(placeOf(inLanguage(each))));
    expect(await Promise.all(found)).toEqual(['neu', 'en']);
  });

  it.each([
    ['a,b', 'a , b', 'x'],
    [' a', 'a ', 'x'],
    ['"a, b"', '"a,b"', undefined],
    [' "a, b"', '"a, b" ', 'x'],
  ])('for %j are for %j: %j', async (one, other, found) => {
    const { placeOf, fresh, keep, bodyOf } = httpCache();
    await keep(placeOf(inLanguage(one)), fresh('x', { headers }));

    expect(await bodyOf(placeOf(inLanguage(other)))).toBe(found);
  });

  it('may depend on what every object has', async () => {
    const { placeOf, fresh, keep, bodyOf } = httpCache();

    await keep(placeOf(), fresh('x', { headers: { ...headers, vary: 'constructor, __proto__' } }));

    expect(await bodyOf(placeOf())).toBe('x');
  });
});
