import { describe, expect, it } from '@jest/globals';
import { type CacheEntry, memoryStore } from '../../src/cache/index.ts';
import { NOTES } from '../../src/cache/store.ts';

const entry = (partition?: string): CacheEntry => ({
  version: 2,
  storedAt: 0,
  expiresAt: 1,
  sizeBytes: 64,
  partition,
  value: 'value',
});

describe('notes of changes in a memory store', () => {
  const setUp = async (keys: string, notes: string, maxEntries = 2) => {
    const store = memoryStore({ maxEntries });
    for (const key of keys) await store.set(key, entry());
    for (const key of notes) await store.set(key, entry(NOTES));
    /** Those of the keys that are there. */
    const keptOf = async (wanted: string): Promise<string> => {
      const found = await Promise.all([...wanted].map((key) => store.get(key)));
      return [...wanted].filter((_key, index) => found[index] !== undefined).join('');
    };
    return { store, keptOf };
  };

  it('take no room from what is kept', async () => {
    const { keptOf } = await setUp('ab', '12');

    expect(await keptOf('ab12')).toBe('ab12');
  });

  it('are as many as entries are, the least recently used one goes first', async () => {
    const { store, keptOf } = await setUp('', '12');
    await store.get('1');

    await store.set('3', entry(NOTES));

    expect(await keptOf('123')).toBe('13');
  });

  it('take what was used before them along when they go, as it may be what they are about', async () => {
    const { store, keptOf } = await setUp('ab', '12');
    await store.get('b');

    await store.set('3', entry(NOTES));

    expect(await keptOf('ab')).toBe('b');
  });

  it('leave everything as it is when they are written anew', async () => {
    const { keptOf } = await setUp('ab', '1111');

    expect(await keptOf('ab1')).toBe('ab1');
  });

  it.each([
    ['deleted', false],
    ['cleared', true],
  ])('are %s like entries', async (_how, all) => {
    const { store, keptOf } = await setUp('a', '1');

    await (all ? store.clear() : store.delete('1'));

    expect(await keptOf('a1')).toBe(all ? '' : 'a');
  });
});
