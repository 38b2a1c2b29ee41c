import { describe, expect, it } from '@jest/globals';
import { type CacheStore, createCache, memoryStore, STORE_TIMEOUT_MS } from '../../src/cache/index.ts';
import { manualClock } from '../../src/testing/index.ts';

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const setUp = (store: CacheStore = memoryStore()) => {
  const clock = manualClock();
  const errors: Error[] = [];
  const stale: unknown[] = [];
  const cache = createCache<string>({
    store,
    staleIfErrorMs: 1_000,
    clock,
    sizeOf: (value) => value.length,
    decode: text,
    onStale: ({ cache: status }, key) => stale.push([key, status.ageMs]),
    onStoreError: (error) => errors.push(error),
  });
  return { cache, clock, errors, stale };
};

/** Lets `then` be looked for some times, and throws at everything else. */
const throwing = (looks = 0): object => {
  let left = looks;
  return new Proxy(
    {},
    {
      get: (_target, key) => {
        left -= 1;
        if (key === 'then' && left >= 0) return undefined;
        throw new Error('hostile');
      },
    },
  );
};

const brokenStore = (change: Partial<CacheStore>): CacheStore => ({ ...memoryStore(), ...change });

describe('createCache', () => {
  it('recalls what it remembered, with its age and the reason', async () => {
    const { cache, clock } = setUp();
    const storedAt = clock.wallTime();
    await cache.remember('k', 'value');
    await clock.advance(400);

    const recalled = await cache.recall('k', 'timeout');

    expect(recalled).toEqual({
      value: 'value',
      cache: { status: 'stale', ageMs: 400, staleForMs: 400, reason: 'timeout', storedAt },
    });
  });

  it('tells whoever asked that an old value was used', async () => {
    const { cache, stale } = setUp();
    await cache.remember('k', 'value');

    await cache.recall('other', 'network');
    await cache.recall('k', 'network');

    expect(stale).toEqual([['k', 0]]);
  });

  it('recalls nothing that is older than the window', async () => {
    const { cache, clock } = setUp();
    await cache.remember('k', 'value');
    await clock.advance(1_001);

    const recalled = await cache.recall('k', 'timeout');

    expect(recalled).toBeUndefined();
  });

  it('forgets one value, or all', async () => {
    const { cache } = setUp();
    for (const key of ['a', 'b', 'c']) await cache.remember(key, key);

    await cache.forget('a');
    const afterForget = [await cache.recall('a', 'timeout'), (await cache.recall('b', 'timeout'))?.value];
    await cache.purge();

    expect([...afterForget, await cache.recall('b', 'timeout')]).toEqual([undefined, 'b', undefined]);
  });

  it('waits a bounded time for a store that hangs, and says so', async () => {
    const { cache, clock, errors } = setUp(brokenStore({ get: never }));
    const recalled = cache.recall('k', 'timeout');

    await clock.advance(STORE_TIMEOUT_MS);

    expect([await recalled, errors.length, clock.pendingTimers]).toEqual([undefined, 1, 0]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws at once',
      () => {
        throw new Error('down');
      },
    ],
  ])('survives a store that %s, and says so', async (_how, fail) => {
    const { cache, clock, errors } = setUp(brokenStore({ get: fail, set: fail, delete: fail, clear: fail }));

    await cache.remember('k', 'value');
    await cache.recall('k', 'timeout');
    await cache.forget('k');
    await cache.purge();

    expect([errors.map(({ message }) => message), clock.pendingTimers]).toEqual([Array(4).fill('down'), 0]);
  });

  it.each([
    ['no entry', 'rubbish'],
    ['an entry of another version', { version: 2, storedAt: 1_700_000_000_000, expiresAt: 9e15, value: 'x' }],
    ['an entry of the future', { version: 1, storedAt: 1_700_000_000_001, expiresAt: 9e15, value: 'x' }],
    ['an entry of no time', { version: 1, storedAt: Number.NaN, expiresAt: 9e15, value: 'x' }],
    ['an entry that throws when it is read', throwing()],
    ['an entry that begins to throw once it came', throwing(1)],
    ['a value that cannot be read', { version: 1, storedAt: 1_700_000_000_000, expiresAt: 9e15, value: 7 }],
  ])('takes %s for a miss', async (_what, rubbish) => {
    // A store may be anybody's code and give back anything.
    const { cache } = setUp(brokenStore({ get: async () => rubbish as never }));

    expect(await cache.recall('k', 'timeout')).toBeUndefined();
  });
});
