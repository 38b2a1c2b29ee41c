import { LRUCache } from 'lru-cache';
import { integer, readOptions } from '../kernel/index.ts';
import type { CacheEntry, CacheStore } from './store.ts';

/** Bounds of a memory store. */
export interface MemoryStoreOptions {
  /** The most entries kept; the least recently used one goes first. @default 1000 */
  readonly maxEntries?: number | undefined;
  /** The most bytes kept, keys included. @default 52_428_800 (50 MiB) */
  readonly maxBytes?: number | undefined;
}

/** Defaults of `memoryStore`. */
export const MEMORY_STORE_DEFAULTS = Object.freeze({ maxEntries: 1_000, maxBytes: 50 * 1024 * 1024 });

/** What the bounds of a memory store must be; the count is capped because its index is allocated at once. */
export const memoryStoreChecks = { maxEntries: integer(1, 1_000_000), maxBytes: integer(1) };

// What an entry costs beside its value: the object, the node of the list, two numbers.
const OVERHEAD_BYTES = 200;

/**
 * A store in this process's memory, bounded by entries and by bytes, least recently used out first.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const memoryStore = (options?: MemoryStoreOptions): CacheStore => {
  const { maxEntries, maxBytes } = readOptions<Required<MemoryStoreOptions>>(
    { where: 'memoryStore' },
    options,
    MEMORY_STORE_DEFAULTS,
    memoryStoreChecks,
  );
  const entries = new LRUCache<string, CacheEntry>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: (entry, key) => Math.ceil(entry.sizeBytes) + 2 * key.length + OVERHEAD_BYTES,
  });
  return Object.freeze<CacheStore>({
    get: async (key) => entries.get(key),
    set: async (key, entry) => {
      entries.set(key, entry);
    },
    delete: async (key) => {
      entries.delete(key);
    },
    clear: async () => {
      entries.clear();
    },
  });
};
