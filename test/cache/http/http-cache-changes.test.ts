import { describe, expect, it } from '@jest/globals';
import { readRequestRules } from '../../../src/cache/http/request-rules.ts';
import { httpCache, openStore, URL_A } from './caches.ts';

const PLAIN = readRequestRules({});

describe('renew', () => {
  const etag = { etag: '"1"', 'cache-control': 'max-age=60' };

  const confirmed = async (first: Record<string, string>, second: Record<string, string>, url = URL_A) => {
    const made = httpCache();
    const { cache, placeOf, fresh, keep, clock } = made;
    const at = placeOf({ accept: 'a' }, url);
    await keep(at, fresh('one', { headers: first }));
    const kept = await cache.recall(at, PLAIN);
    if (kept === undefined) throw new Error('what is to be confirmed must be kept');
    await clock.advance(90_000);
    const now = clock.wallTime();
    const { renewed, stored } = cache.renew(at, kept.value, {
      headers: second,
      requestedAt: now,
      receivedAt: now,
    });
    return { ...made, at, renewed, isStored: await stored, now };
  };

  it('has an answer begin anew that the origin confirmed', async () => {
    const { cache, at, now } = await confirmed(etag, { 'cache-control': 'max-age=7' });

    expect(await cache.recall(at, PLAIN)).toMatchObject({
      storedAt: now,
      lifetimeMs: 7_000,
      initialAgeMs: 0,
    });
  });

  it('tells how far the answer may be used now', async () => {
    const { renewed, now } = await confirmed(etag, { 'cache-control': 'max-age=7' });

    expect(renewed).toMatchObject({ storedAt: now, lifetimeMs: 7_000, usableMs: 7_000 });
  });

  it.each([
    ['no-store', { 'cache-control': 'no-store' }],
    ['private, where many are served', { 'cache-control': 'private' }],
    ['Vary: *', { vary: '*' }],
  ])('forgets an answer that was confirmed with %s', async (_what, headers) => {
    const { bodyOf, at } = await confirmed(etag, headers);

    expect(await bodyOf(at)).toBeUndefined();
  });

  it('gives the answer to nobody else once it depends on more of the request', async () => {
    const { bodyOf, placeOf } = await confirmed(etag, { vary: 'accept' });

    const requests: readonly Record<string, string>[] = [{ accept: 'a' }, { accept: 'b' }, {}];
    const found = requests.map((headers) => bodyOf(placeOf(headers)));

    expect(await Promise.all(found)).toEqual(['one', undefined, undefined]);
  });

  it('keeps one answer, not two, where it depends on less now', async () => {
    const { bodyOf, placeOf, fresh, keep, clock } = await confirmed(
      { ...etag, vary: 'accept' },
      { vary: '' },
    );
    await clock.advance(1);

    await keep(placeOf({ accept: 'b' }), fresh('two', { headers: etag }));

    expect(await bodyOf(placeOf({ accept: 'a' }))).toBe('two');
  });
});

describe('invalidate', () => {
  it('has nothing used again that was asked for before, whoever asks', async () => {
    const { cache, placeOf, fresh, keep, bodyOf, clock } = httpCache();
    const places = [
      placeOf(),
      placeOf({ cookie: 'a' }),
      placeOf({ 'x-tenant': 'b' }),
      placeOf({}, `${URL_A}?x`),
    ];
    for (const at of places) await keep(at, fresh('old'));
    await clock.advance(1);

    await cache.invalidate(URL_A);

    expect(await Promise.all(places.map(bodyOf))).toEqual([undefined, undefined, undefined, 'old']);
  });

  it('has nothing used that was asked for before and lands later', async () => {
    const { cache, placeOf, fresh, bodyOf } = httpCache();
    const at = placeOf();
    await cache.recall(at, PLAIN);

    await cache.invalidate(URL_A);
    const isKept = await cache.keep(at, fresh('old'));

    expect([isKept, await bodyOf(placeOf())]).toEqual([false, undefined]);
  });

  it('has nothing used that lands later, though who asked has looked again meanwhile', async () => {
    const { cache, placeOf, fresh } = httpCache();
    const at = placeOf();
    await cache.recall(at, PLAIN);

    await cache.invalidate(URL_A);
    await cache.recall(at, PLAIN);

    expect(await cache.keep(at, fresh('old'))).toBe(false);
  });

  it('keeps nothing for whoever never looked', async () => {
    const { cache, placeOf, fresh } = httpCache();

    expect(await cache.keep(placeOf(), fresh('x'))).toBe(false);
  });

  it('lets be used what was asked for afterwards, in the same millisecond too', async () => {
    const { cache, placeOf, fresh, keep, bodyOf } = httpCache();
    await cache.invalidate(URL_A);

    await keep(placeOf(), fresh('new'));

    expect(await bodyOf(placeOf())).toBe('new');
  });

  it('does not bring back old variants with a new one', async () => {
    const { cache, placeOf, fresh, keep, bodyOf, clock } = httpCache();
    const headers = { 'cache-control': 'max-age=60', vary: 'accept' };
    await keep(placeOf({ accept: 'a' }), fresh('old', { headers }));
    await cache.invalidate(URL_A);
    await clock.advance(1);

    await keep(placeOf({ accept: 'b' }), fresh('new', { headers }));

    expect(await bodyOf(placeOf({ accept: 'a' }))).toBeUndefined();
  });
});

describe('purge', () => {
  it('forgets the entry of a key', async () => {
    const { cache, placeOf, fresh, keep, bodyOf } = httpCache();
    const [one, other] = [placeOf(), placeOf({ cookie: 'a' })];
    for (const at of [one, other]) await keep(at, fresh('x'));

    await cache.purge(one.key);

    expect([await bodyOf(one), await bodyOf(other)]).toEqual([undefined, 'x']);
  });

  it('forgets everything', async () => {
    const { store, entries } = openStore();
    const { cache, placeOf, fresh, keep } = httpCache({}, store);
    for (const at of [placeOf(), placeOf({ cookie: 'a' })]) await keep(at, fresh('x'));

    await cache.purge();

    expect(entries.size).toBe(0);
  });

  it.each([
    ['a key', true],
    ['everything', false],
  ])('keeps nothing that was under way when %s was purged', async (_what, isOne) => {
    const { cache, placeOf, fresh, bodyOf } = httpCache();
    const at = placeOf();
    await cache.recall(at, PLAIN);

    await cache.purge(isOne ? at.key : undefined);
    const isKept = await cache.keep(at, fresh('old'));

    expect([isKept, await bodyOf(at)]).toEqual([false, undefined]);
  });
});
