import { describe, expect, it } from '@jest/globals';
import { type CacheEntry, type CacheStore, memoryStore } from '../../src/cache/index.ts';
import { cacheStoreContract } from '../../src/testing/index.ts';

/** What is wrong with stores, each by what it does to a good one, and the cases that must find it. */
const FAULTS: readonly [string, (good: CacheStore) => Partial<CacheStore>, readonly string[]][] = [
  [
    'keeps nothing',
    () => ({ set: async () => undefined }),
    ['gives back an entry as it was set', 'keeps each of many entries that are set at once'],
  ],
  [
    'keeps what was set first',
    (good) => ({
      set: async (key, entry) => {
        if ((await good.get(key)) === undefined) await good.set(key, entry);
      },
    }),
    ['gives back what was last set under a key'],
  ],
  [
    'writes JSON, of which bytes come back as something else',
    (good) => ({ set: (key, entry) => good.set(key, JSON.parse(JSON.stringify(entry))) }),
    ['gives back an entry as it was set', 'gives back bytes as bytes, whatever they are'],
  ],
  [
    'loses whose an entry is',
    (good) => ({ set: (key, entry) => good.set(key, { ...entry, partition: undefined }) }),
    ['gives back an entry as it was set'],
  ],
  [
    'takes upper and lower case for the same',
    (good) => ({
      get: (key) => good.get(key.toLowerCase()),
      set: (key, entry) => good.set(key.toLowerCase(), entry),
      delete: (key) => good.delete(key.toLowerCase()),
    }),
    ['keeps keys apart, whatever they consist of', 'forgets the key that is deleted, and no other'],
  ],
  [
    'cuts keys',
    (good) => ({
      get: (key) => good.get(key.slice(0, 5)),
      set: (key, entry) => good.set(key.slice(0, 5), entry),
    }),
    ['keeps keys apart, whatever they consist of'],
  ],
  [
    'deletes nothing',
    () => ({ delete: async () => undefined }),
    ['forgets the key that is deleted, and no other'],
  ],
  [
    'deletes too much',
    (good) => ({ delete: () => good.clear() }),
    ['forgets the key that is deleted, and no other'],
  ],
  [
    'fails to delete what is not there',
    (good) => ({
      delete: async (key) => {
        if ((await good.get(key)) === undefined) throw new Error('not found');
        await good.delete(key);
      },
    }),
    ['takes the deletion of what is not there for done'],
  ],
  [
    'clears nothing',
    () => ({ clear: async () => undefined }),
    ['forgets everything when it is cleared, and keeps what is set then'],
  ],
  [
    'is done later than it says',
    (good) => ({
      set: async (key, entry) => {
        setImmediate(() => good.set(key, entry));
      },
    }),
    ['gives back an entry as it was set'],
  ],
  [
    'gives an entry for what was never set',
    (good) => ({
      get: async (key) =>
        (await good.get(key)) ?? { version: 2, storedAt: 0, expiresAt: 9e15, sizeBytes: 0, value: undefined },
    }),
    ['knows nothing of a key that was never set'],
  ],
  [
    'gives null for nothing',
    // Wrong on purpose: the types forbid it.
    (good) => ({ get: async (key) => (await good.get(key)) ?? (null as unknown as undefined) }),
    ['knows nothing of a key that was never set'],
  ],
  [
    'makes something else of what is over',
    (good) => ({
      get: async (key) => {
        const entry = await good.get(key);
        return entry && entry.expiresAt < Date.now() ? { ...entry, value: 'over' } : entry;
      },
    }),
    ['gives an entry whose time is over as it was, or not at all'],
  ],
];

/** A store that takes one half of an entry from another one that is set at the same time. */
const tornStore = (): CacheStore => {
  const good = memoryStore();
  const halves = new Map<string, CacheEntry>();
  return {
    ...good,
    set: async (key, entry) => {
      if (!halves.has(key)) halves.set(key, entry);
      await Promise.resolve();
      await good.set(key, { ...entry, value: halves.get(key)?.value });
      halves.delete(key);
    },
  };
};

const failedTitles = async (make: () => CacheStore): Promise<readonly string[]> => {
  const failed: string[] = [];
  for (const { title, run } of cacheStoreContract(make)) await run().catch(() => failed.push(title));
  return failed;
};

describe('cacheStoreContract', () => {
  it('finds nothing wrong with a store in memory', async () => {
    expect(await failedTitles(() => memoryStore())).toEqual([]);
  });

  it.each(FAULTS)('finds a store that %s', async (_what, spoil, titles) => {
    const failed = await failedTitles(() => {
      const good = memoryStore();
      return { ...good, ...spoil(good) };
    });

    expect(failed).toEqual(expect.arrayContaining([...titles]));
  });

  it('finds a store that mixes entries that are set at once', async () => {
    expect(await failedTitles(tornStore)).toEqual([
      'keeps one of several entries whole that are set under a key at once',
    ]);
  });

  it('says what came in the place of what', async () => {
    const lossy: CacheStore = { ...memoryStore(), get: async () => undefined };
    const [, second] = cacheStoreContract(async () => lossy);

    await expect(second?.run()).rejects.toThrow(
      /^The store gave undefined for the key "a:key", and not \{"version":2/,
    );
  });

  it('makes a store for each case, and none before it is run', async () => {
    let made = 0;
    const cases = cacheStoreContract(() => {
      made += 1;
      return memoryStore();
    });
    const before = made;

    for (const { run } of cases) await run();

    expect([before, made]).toEqual([0, cases.length]);
  });
});
