import { describe, expect, it } from '@jest/globals';
import type { CacheEntry } from '../../../src/cache/index.ts';
import { httpCache, openStore, URL_A } from './caches.ts';
import { storedAnswer } from './stored.ts';

const explode = (): never => {
  throw new Error('hostile');
};

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

/** A cache over a store in which a test changes what is kept. */
const tampered = async (tamper: (entry: CacheEntry) => unknown) => {
  const { store, entries } = openStore();
  const made = httpCache(
    {},
    {
      ...store,
      // A store may be anybody's code and give back anything.
      get: async (key) => {
        const entry = entries.get(key);
        return (entry && key.startsWith('a:') ? tamper(entry) : entry) as CacheEntry | undefined;
      },
    },
  );
  await made.keep(made.placeOf(), made.fresh('mine'));
  return { ...made, at: made.placeOf() };
};

/** What a store gives back in the place of the variants that were put there. */
const variants = (value: unknown) => (entry: CacheEntry) => ({ ...entry, value: { variants: value } });

describe('a store that gives back rubbish', () => {
  it.each<[string, (entry: CacheEntry) => unknown]>([
    ['no variants', (entry) => ({ ...entry, value: {} })],
    ['null', (entry) => ({ ...entry, value: null })],
    ['a text for variants', variants('rubbish')],
    ['an object for variants', variants({ length: 1, 0: storedAnswer() })],
    ['a revoked proxy for variants', variants(revoked())],
    ['variants that throw at every question', variants(new Proxy([], { get: explode }))],
    [
      'variants that throw when they are counted',
      variants(
        new Proxy([storedAnswer()], {
          get: (on, key) => (key === 'length' ? explode() : Reflect.get(on, key)),
        }),
      ),
    ],
    ['variants of rubbish', variants([1, 'x', null, undefined, revoked(), {}])],
    ['a value that throws', (entry) => Object.defineProperty({ ...entry }, 'value', { get: explode })],
    [
      'an answer of the future, which would never grow old',
      variants([storedAnswer({ requestedAt: 1, receivedAt: 9e14 })]),
    ],
    [
      'an answer that was asked for in the future, which nothing would replace',
      variants([storedAnswer({ requestedAt: 9e14, receivedAt: 1 })]),
    ],
  ])('costs an answer, where it is %s, and never a failure', async (_what, tamper) => {
    const { at, fresh, keep, bodyOf } = await tampered(tamper);

    expect([await bodyOf(at), await keep(at, fresh('new'))]).toEqual([undefined, true]);
  });

  it('costs no good variant beside it', async () => {
    const { bodyOf, at } = await tampered((entry) =>
      variants([1, revoked(), storedAnswer({ requestedAt: 1, receivedAt: 1 })])(entry),
    );

    expect(await bodyOf(at)).toBe('body');
  });

  it('is read for no more variants than were put there', async () => {
    const reads: PropertyKey[] = [];
    const many = new Proxy(Array(1_000).fill(1), {
      get: (on, key) => {
        reads.push(key);
        return Reflect.get(on, key);
      },
    });
    const { bodyOf, at } = await tampered(variants(many));
    reads.length = 0;

    await bodyOf(at);

    expect(reads).toEqual(['length', '0', '1', '2']);
  });

  it.each<[string, unknown]>([
    ['none', {}],
    ['a number', { invalidation: 1 }],
    ['an empty text', { invalidation: '' }],
    ['an object that throws', { invalidation: { toString: explode } }],
  ])('has nothing used of a URL whose note says %s', async (_what, value) => {
    const { store, entries } = openStore();
    const { cache, placeOf, fresh, keep, bodyOf, clock } = httpCache({}, store);
    await keep(placeOf(), fresh('old'));
    await cache.invalidate(URL_A);
    await clock.advance(1);
    for (const [key, entry] of entries) if (key.startsWith('u:')) entries.set(key, { ...entry, value });

    expect(await bodyOf(placeOf())).toBeUndefined();
  });
});
