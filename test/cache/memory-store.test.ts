import { describe, expect, it } from '@jest/globals';
import { type CacheEntry, memoryStore } from '../../src/cache/index.ts';

const entry = (value: string, sizeBytes = value.length): CacheEntry => ({
  version: 1,
  storedAt: 0,
  expiresAt: 0,
  sizeBytes,
  value,
});

describe('memoryStore', () => {
  it('gives back what was set until it is deleted or cleared', async () => {
    const store = memoryStore();
    for (const key of ['a', 'b']) await store.set(key, entry(key));

    await store.delete('a');
    const deleted = [await store.get('a'), await store.get('b')];
    await store.clear();

    expect([deleted, await store.get('b')]).toEqual([[undefined, entry('b')], undefined]);
  });

  it('drops the least recently used entry when there are too many', async () => {
    const store = memoryStore({ maxEntries: 2 });
    for (const key of ['a', 'b']) await store.set(key, entry(key));
    await store.get('a');

    await store.set('c', entry('c'));

    expect([await store.get('a'), await store.get('b')]).toEqual([entry('a'), undefined]);
  });

  it('drops the least recently used entries when they are too large together', async () => {
    const store = memoryStore({ maxBytes: 2_000 });

    for (const key of ['a', 'b', 'c']) await store.set(key, entry(key, 700));

    expect([await store.get('a'), await store.get('c')]).toEqual([undefined, entry('c', 700)]);
  });

  it('does not keep an entry that is too large alone', async () => {
    const store = memoryStore({ maxBytes: 2_000 });

    await store.set('a', entry('a', 3_000));

    expect(await store.get('a')).toBeUndefined();
  });

  it('refuses bounds that are none', () => {
    expect(() => memoryStore({ maxEntries: 0 })).toThrow(RangeError);
  });
});
