import { describe, expect, it } from '@jest/globals';
import { type CacheEntry, MEMORY_STORE_DEFAULTS, memoryStore } from '../../src/cache/index.ts';

/** What an entry takes beside its value and its key. */
const OVERHEAD_BYTES = 200;

const entry = (value: string, change: Partial<CacheEntry> = {}): CacheEntry => ({
  version: 2,
  storedAt: 0,
  expiresAt: 0,
  sizeBytes: value.length,
  value,
  ...change,
});

/** One that takes so many bytes of a store under a key of one letter. */
const sized = (value: string, bytes: number, partition?: string): CacheEntry =>
  entry(value, { sizeBytes: bytes - OVERHEAD_BYTES - 2, partition });

type Store = ReturnType<typeof memoryStore>;

const setAll = async (store: Store, keys: string, partition?: string): Promise<void> => {
  for (const key of keys) await store.set(key, entry(key, { partition }));
};

/** The keys that are still there, asked for in this order. */
const keptOf = async (store: Store, keys: string): Promise<string> => {
  let kept = '';
  for (const key of keys) if ((await store.get(key)) !== undefined) kept += key;
  return kept;
};

describe('memoryStore', () => {
  it('drops the least recently used entry when there are too many', async () => {
    const store = memoryStore({ maxEntries: 2 });
    await setAll(store, 'ab');
    await store.get('a');

    await setAll(store, 'c');

    expect(await keptOf(store, 'abc')).toBe('ac');
  });

  it('takes setting an entry for using it', async () => {
    const store = memoryStore({ maxEntries: 2 });
    await setAll(store, 'aba');

    await setAll(store, 'c');

    expect(await keptOf(store, 'abc')).toBe('ac');
  });

  it.each([
    [2_000, 'ab'],
    [1_999, 'b'],
  ])(
    'drops the least recently used ones when they are larger together than %d bytes',
    async (maxBytes, kept) => {
      const store = memoryStore({ maxBytes });

      for (const key of ['a', 'b']) await store.set(key, sized(key, 1_000));

      expect(await keptOf(store, 'ab')).toBe(kept);
    },
  );

  it('does not keep an entry that is too large alone, nor drop others for it', async () => {
    const store = memoryStore({ maxBytes: 2_000 });
    await setAll(store, 'a');

    await store.set('b', sized('b', 2_001));

    expect(await keptOf(store, 'ab')).toBe('a');
  });

  it('does not keep what was under the key of an entry that is too large', async () => {
    const store = memoryStore({ maxBytes: 2_000 });
    await setAll(store, 'a');

    await store.set('a', sized('a', 2_001));

    expect(await keptOf(store, 'a')).toBe('');
  });

  it('counts an entry that replaces another once', async () => {
    const store = memoryStore({ maxBytes: 2_000 });
    await store.set('a', sized('a', 1_000));
    for (let times = 0; times < 5; times += 1) await store.set('b', sized('b', 1_000));

    expect(await keptOf(store, 'ab')).toBe('ab');
  });

  it.each(Object.entries(MEMORY_STORE_DEFAULTS))(
    'takes %s of %d unless it is told another',
    (name, value) => {
      expect(() => memoryStore({ [name]: value })).not.toThrow();
    },
  );

  it.each<[string, unknown, string]>([
    ['maxEntries', 0, 'a whole number from 1 to 1000000'],
    ['maxEntries', 1_000_001, 'a whole number from 1 to 1000000'],
    ['maxBytes', 0.5, 'a whole number of at least 1'],
    ['maxPartitionShare', 0, 'a number above 0, up to 1'],
    ['maxPartitionShare', 1.01, 'a number above 0, up to 1'],
    ['maxPartitionShare', Number.NaN, 'a number above 0, up to 1'],
  ])('refuses %s: %d', (name, value, expects) => {
    expect(() => memoryStore({ [name]: value })).toThrow(
      new RangeError(`memoryStore: option "${name}" must be ${expects}, but was ${value}`),
    );
  });

  it('refuses a share that is no number', () => {
    // Wrong on purpose: the types forbid it.
    expect(() => memoryStore({ maxPartitionShare: '1' as unknown as number })).toThrow(TypeError);
  });
});

describe('the partitions of memoryStore', () => {
  it('have a share of the entries each, beyond which their own least recently used go', async () => {
    const store = memoryStore({ maxEntries: 8 });
    await setAll(store, 'abcd', 'one');
    await store.get('a');

    await setAll(store, 'ef', 'one');

    expect(await keptOf(store, 'abcdef')).toBe('adef');
  });

  it('have a share of the bytes each', async () => {
    const store = memoryStore({ maxBytes: 4_000 });

    for (const key of ['a', 'b', 'c']) await store.set(key, sized(key, 1_000, 'one'));

    expect(await keptOf(store, 'abc')).toBe('bc');
  });

  it.each(['entries', 'bytes'])('do not take the %s of another one, however much they set', async (what) => {
    const store = memoryStore(what === 'entries' ? { maxEntries: 4 } : { maxBytes: 4_000 });
    for (const key of ['a', 'b']) await store.set(key, sized(key, 1_000, 'other'));

    for (const key of 'cdefgh') await store.set(key, sized(key, 1_000, 'one'));

    expect(await keptOf(store, 'abcdefgh')).toBe('abgh');
  });

  it('do not take from what is for everybody beyond their share', async () => {
    const store = memoryStore({ maxEntries: 4 });
    await setAll(store, 'ab');

    await setAll(store, 'cdefgh', 'one');

    expect(await keptOf(store, 'abcdefgh')).toBe('abgh');
  });

  it('do not bound what is for everybody', async () => {
    const store = memoryStore({ maxEntries: 4 });

    await setAll(store, 'abcd');

    expect(await keptOf(store, 'abcd')).toBe('abcd');
  });

  it('do not keep an entry that is larger than their share, nor drop their others for it', async () => {
    const store = memoryStore({ maxBytes: 4_000 });
    await store.set('a', sized('a', 1_000, 'one'));

    await store.set('b', sized('b', 2_001, 'one'));

    expect(await keptOf(store, 'ab')).toBe('a');
  });

  it('keep one entry each, however small the share', async () => {
    const store = memoryStore({ maxEntries: 4, maxPartitionShare: 0.01 });

    await setAll(store, 'ab', 'one');

    expect(await keptOf(store, 'ab')).toBe('b');
  });

  it('count an entry that replaces another once', async () => {
    const store = memoryStore({ maxEntries: 8, maxBytes: 8_000 });
    for (let times = 0; times < 5; times += 1)
      for (const key of 'abcd') await store.set(key, sized(key, 1_000, 'one'));

    expect(await keptOf(store, 'abcd')).toBe('abcd');
  });

  it('hand over an entry that another one replaces', async () => {
    const store = memoryStore({ maxEntries: 4 });
    await setAll(store, 'ab', 'one');

    await setAll(store, 'b', 'other');
    await setAll(store, 'c', 'one');

    expect(await keptOf(store, 'abc')).toBe('abc');
  });

  it.each<[string, (store: Store) => Promise<void>]>([
    ['deleted', async (store) => void (await Promise.all([...'abcd'].map((key) => store.delete(key))))],
    ['cleared', (store) => store.clear()],
    ['dropped for others', (store) => setAll(store, 'stuvwxyz')],
  ])('have their whole share again after what they had is %s', async (_how, empty) => {
    const store = memoryStore({ maxEntries: 8 });
    await setAll(store, 'abcd', 'one');

    await empty(store);
    await setAll(store, 'efgh', 'one');

    expect(await keptOf(store, 'abcdefgh')).toBe('efgh');
  });
});
