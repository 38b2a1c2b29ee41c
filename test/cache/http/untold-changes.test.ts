import { describe, expect, it } from '@jest/globals';
import { readRequestRules } from '../../../src/cache/http/request-rules.ts';
import { type CacheStore, memoryStore } from '../../../src/cache/index.ts';
import { httpCache, URL_A } from './caches.ts';

const PLAIN = readRequestRules({});

/** A store of which some functions fail for as long as they are named. */
const failing = () => {
  const store = memoryStore();
  const broken = new Set<keyof CacheStore>();
  const orFail = <T>(name: keyof CacheStore, work: () => Promise<T>): Promise<T> =>
    broken.has(name) ? Promise.reject(new Error('down')) : work();
  const wrapped: CacheStore = {
    get: (key) => orFail('get', () => store.get(key)),
    set: (key, entry) => orFail('set', () => store.set(key, entry)),
    delete: (key) => orFail('delete', () => store.delete(key)),
    clear: () => orFail('clear', () => store.clear()),
  };
  return { store: wrapped, broken };
};

const setUp = async () => {
  const { store, broken } = failing();
  const made = httpCache({}, store);
  const at = made.placeOf();
  await made.keep(at, made.fresh('old'));
  return { ...made, store, broken, at };
};

describe('what a store does not take', () => {
  it('is told, of a change, a key and everything', async () => {
    const { cache, broken, at } = await setUp();
    for (const name of ['set', 'delete', 'clear'] as const) broken.add(name);
    const ask = () =>
      Promise.all([cache.invalidate(URL_A), cache.purge(at.key), cache.purge(), cache.forget(at)]);
    const failed = await ask();

    broken.clear();

    expect([failed, await ask()]).toEqual([Array(4).fill(false), Array(4).fill(true)]);
  });

  it('is told of an answer', async () => {
    const { cache, broken, at, fresh } = await setUp();
    broken.add('set');

    expect(await cache.keep(at, fresh('new'))).toBe(false);
  });

  it('is told of an answer that was confirmed', async () => {
    const { cache, broken, at } = await setUp();
    const kept = await cache.recall(at, PLAIN);
    if (kept === undefined) throw new Error('what is to be confirmed must be kept');
    broken.add('set');

    const { stored } = cache.renew(at, kept.value, { ...kept.value, headers: {} });

    expect(await stored).toBe(false);
  });

  it('is no longer used where it was changed', async () => {
    const { cache, broken, placeOf, bodyOf } = await setUp();
    broken.add('set');

    await cache.invalidate(URL_A);

    expect(await bodyOf(placeOf())).toBeUndefined();
  });

  it('is told to the store as soon as that takes it, for the other processes', async () => {
    const { cache, store, broken, placeOf, bodyOf } = await setUp();
    broken.add('set');
    await cache.invalidate(URL_A);
    broken.clear();

    await bodyOf(placeOf());

    const elsewhere = httpCache({}, store);
    expect(await elsewhere.bodyOf(elsewhere.placeOf())).toBeUndefined();
  });

  it.each(['forget', 'purge', '404'] as const)('is no longer used after a %s', async (how) => {
    const { cache, broken, at, placeOf, bodyOf, fresh } = await setUp();
    broken.add('delete');

    if (how === 'purge') await cache.purge(at.key);
    else if (how === 'forget') await cache.forget(at);
    else await cache.keep(at, fresh('', { status: 404, headers: {} }));

    const before = await bodyOf(placeOf());
    broken.clear();
    expect([before, await bodyOf(placeOf())]).toEqual([undefined, undefined]);
  });

  it('is no longer used after everything was purged, and what comes then is', async () => {
    const { cache, broken, placeOf, bodyOf, keep, fresh } = await setUp();
    broken.add('clear');

    await cache.purge();

    const before = await bodyOf(placeOf());
    await keep(placeOf(), fresh('new'));
    expect([before, await bodyOf(placeOf())]).toEqual([undefined, 'new']);
  });

  it('is no longer used though more was changed than is remembered', async () => {
    const { cache, broken, placeOf, bodyOf } = await setUp();
    broken.add('set');
    await cache.invalidate(URL_A);

    for (let index = 0; index < 1_000; index += 1) await cache.invalidate(`${URL_A}/${index}`);

    expect(await bodyOf(placeOf())).toBeUndefined();
  });
});

describe('a store that cannot say what was changed', () => {
  const blind = async () => {
    const made = await setUp();
    const { noteKey } = made.at;
    let isBlind = true;
    const get: CacheStore['get'] = (key) =>
      isBlind && key === noteKey ? Promise.reject(new Error('down')) : made.store.get(key);
    const cache = httpCache({}, { ...made.store, get });
    const see = (): void => {
      isBlind = false;
    };
    return { ...cache, see };
  };

  it('has nothing of it used', async () => {
    const { placeOf, bodyOf, see } = await blind();
    const before = await bodyOf(placeOf());

    see();

    expect([before, await bodyOf(placeOf())]).toEqual([undefined, 'old']);
  });

  it('has nothing kept that was asked for then', async () => {
    const { cache, placeOf, fresh, see } = await blind();
    const at = placeOf();
    await cache.recall(at, PLAIN);
    see();

    expect(await cache.keep(at, fresh('new'))).toBe(false);
  });
});
