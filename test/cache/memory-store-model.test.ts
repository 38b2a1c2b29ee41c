import { describe, expect, it } from '@jest/globals';
import { type CacheEntry, memoryStore } from '../../src/cache/index.ts';
import { seededRandom } from '../../src/testing/index.ts';

const BOUNDS = { maxEntries: 12, maxBytes: 8_000, maxPartitionShare: 0.4 };
const KEYS = Array.from({ length: 30 }, (_, index) => `key ${index}`);
const PARTITIONS = [undefined, 'one', 'two', 'three'];

const sizeOf = (key: string, { sizeBytes }: CacheEntry): number =>
  Math.ceil(sizeBytes) + 2 * key.length + 200;

/** The same as the store, in the plainest way: a list, the least recently used first, counted anew each time. */
const createModel = () => {
  const { maxEntries, maxBytes, maxPartitionShare } = BOUNDS;
  let list: (readonly [string, CacheEntry])[] = [];

  const remove = (key: string): void => {
    list = list.filter(([each]) => each !== key);
  };
  const isFull = (those: typeof list, bytes: number, share: number): boolean =>
    those.length + 1 > Math.floor(maxEntries * share) ||
    those.reduce((sum, [key, entry]) => sum + sizeOf(key, entry), bytes) > maxBytes * share;
  const drop = (bytes: number, share: number, isOne: (entry: CacheEntry) => boolean): void => {
    for (;;) {
      const those = list.filter(([, entry]) => isOne(entry));
      const [oldest] = those;
      if (oldest === undefined || !isFull(those, bytes, share)) return;
      remove(oldest[0]);
    }
  };

  return {
    get: (key: string): CacheEntry | undefined => {
      const found = list.find(([each]) => each === key);
      if (found === undefined) return undefined;
      remove(key);
      list.push(found);
      return found[1];
    },
    set: (key: string, entry: CacheEntry): void => {
      const bytes = sizeOf(key, entry);
      const { partition } = entry;
      remove(key);
      if (bytes > maxBytes * (partition === undefined ? 1 : maxPartitionShare)) return;
      if (partition !== undefined) drop(bytes, maxPartitionShare, (each) => each.partition === partition);
      drop(bytes, 1, () => true);
      list.push([key, entry]);
    },
    delete: remove,
    clear: (): void => {
      list = [];
    },
  };
};

/** Does the same thing to both, as chance has it, and tells what they gave. */
const act = async (
  store: ReturnType<typeof memoryStore>,
  model: ReturnType<typeof createModel>,
  random: () => number,
): Promise<readonly [unknown, unknown]> => {
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const key = pick(KEYS) ?? '';
  const what = random();
  if (what < 0.5) {
    const partition = pick(PARTITIONS);
    // Now and then one that is too large for a partition, or for the store.
    const sizeBytes = random() < 0.05 ? random() * 10_000 : random() * 1_200;
    const entry: CacheEntry = { version: 2, storedAt: 0, expiresAt: 0, sizeBytes, partition, value: what };
    await store.set(key, entry);
    model.set(key, entry);
  } else if (what < 0.6) {
    await store.delete(key);
    model.delete(key);
  } else if (what < 0.602) {
    await store.clear();
    model.clear();
  }
  return [await store.get(key), model.get(key)];
};

describe('memoryStore, beside a simple model of it', () => {
  it.each([1, 2, 3, 4, 5])('keeps and drops the same, whatever is done: seed %d', async (seed) => {
    const random = seededRandom(seed);
    const store = memoryStore(BOUNDS);
    const model = createModel();
    const pairs: (readonly [unknown, unknown])[] = [];

    for (let step = 0; step < 3_000; step += 1) pairs.push(await act(store, model, random));
    for (const key of KEYS) pairs.push([await store.get(key), model.get(key)]);

    expect(pairs.findIndex(([own, expected]) => own !== expected)).toBe(-1);
  });
});
