import { LRUCache } from 'lru-cache';
import { type Check, integer, readOptions } from '../kernel/index.ts';
import { type CacheEntry, type CacheStore, NOTES } from './store.ts';

/** Bounds of a memory store. */
export interface MemoryStoreOptions {
  /** The most entries kept, and of notes of changes as many again; the least recently used one goes first. @default 1000 */
  readonly maxEntries?: number | undefined;
  /** The most bytes kept, keys included. @default 52_428_800 (50 MiB) */
  readonly maxBytes?: number | undefined;
  /**
   * The largest share of either that entries of one partition take: beyond it the partition's own least recently used ones go,
   * and an entry that is larger alone is not kept.
   *
   * @default 0.5
   */
  readonly maxPartitionShare?: number | undefined;
}

/** Defaults of `memoryStore`. */
export const MEMORY_STORE_DEFAULTS = Object.freeze({
  maxEntries: 1_000,
  maxBytes: 50 * 1024 * 1024,
  maxPartitionShare: 0.5,
});

const share: Check = {
  expects: 'a number above 0, up to 1',
  type: (value) => typeof value === 'number',
  range: (value) => Number(value) > 0 && Number(value) <= 1,
};

/** What the bounds of a memory store must be; the count is capped because its index is allocated at once. */
export const memoryStoreChecks = {
  maxEntries: integer(1, 1_000_000),
  maxBytes: integer(1),
  maxPartitionShare: share,
};

// What an entry costs beside its value: the object, the nodes of two lists, two numbers.
const OVERHEAD_BYTES = 200;

const sizeOf = (key: string, { sizeBytes }: CacheEntry): number =>
  Math.ceil(sizeBytes) + 2 * key.length + OVERHEAD_BYTES;

/** What one partition takes: its keys, the least recently used first. */
interface Part {
  readonly keys: Map<string, number>;
  bytes: number;
}

/** Keeps account of what each partition takes. */
const createParts = () => {
  const parts = new Map<string, Part>();
  return {
    get: (name: string): Part | undefined => parts.get(name),
    add: (name: string, key: string, bytes: number): void => {
      const part = parts.get(name) ?? { keys: new Map<string, number>(), bytes: 0 };
      parts.set(name, part);
      part.keys.set(key, bytes);
      part.bytes += bytes;
    },
    use: (name: string, key: string): void => {
      const keys = parts.get(name)?.keys;
      const bytes = keys?.get(key);
      if (keys === undefined || bytes === undefined) return;
      keys.delete(key);
      keys.set(key, bytes);
    },
    remove: (name: string, key: string): void => {
      const part = parts.get(name);
      if (part === undefined) return;
      part.bytes -= part.keys.get(key) ?? 0;
      part.keys.delete(key);
      if (part.keys.size === 0) parts.delete(name);
    },
  };
};

/** An entry, and when it was used last: a number that only grows. */
interface Slot {
  readonly entry: CacheEntry;
  usedAt: number;
}

/**
 * A store in this process's memory, bounded by entries and by bytes, and by a share of both for each partition; least
 * recently used out first.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const memoryStore = (options?: MemoryStoreOptions): CacheStore => {
  const { maxEntries, maxBytes, maxPartitionShare } = readOptions<Required<MemoryStoreOptions>>(
    { where: 'memoryStore' },
    options,
    MEMORY_STORE_DEFAULTS,
    memoryStoreChecks,
  );
  const parts = createParts();
  const entries = new LRUCache<string, Slot>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ entry }, key) => sizeOf(key, entry),
    dispose: ({ entry: { partition } }, key) => {
      if (partition !== undefined) parts.remove(partition, key);
    },
  });
  const notes = new LRUCache<string, Slot>({
    max: maxEntries,
    dispose: ({ usedAt }, _key, why) => {
      if (why === 'evict') dropOlder(usedAt);
    },
  });
  let uses = 0;

  /** What a note was about was used before it, if it is there still: without the note it would be good again. */
  const dropOlder = (usedAt: number): void => {
    let [oldest] = entries.rkeys();
    while (oldest !== undefined && (entries.peek(oldest)?.usedAt ?? 0) < usedAt) {
      entries.delete(oldest);
      [oldest] = entries.rkeys();
    }
  };
  const mostEntries = Math.max(1, Math.floor(maxEntries * maxPartitionShare));
  const mostBytes = maxBytes * maxPartitionShare;

  /** Has a partition make room for one more of its own, before the bounds of the whole take from all of them. */
  const makeRoom = (part: Part, bytes: number): void => {
    const { keys } = part;
    for (const key of keys.keys()) {
      if (keys.size < mostEntries && part.bytes + bytes <= mostBytes) return;
      entries.delete(key);
    }
  };

  return Object.freeze<CacheStore>({
    get: async (key) => {
      const slot = entries.get(key) ?? notes.get(key);
      if (slot === undefined) return undefined;
      const { entry } = slot;
      uses += 1;
      slot.usedAt = uses;
      if (entry.partition !== undefined) parts.use(entry.partition, key);
      return entry;
    },
    set: async (key, entry) => {
      const { partition } = entry;
      // What it replaces is taken off the account first, whosever it was.
      entries.delete(key);
      notes.delete(key);
      uses += 1;
      const slot = { entry, usedAt: uses };
      if (partition === NOTES) {
        notes.set(key, slot);
        return;
      }
      const bytes = sizeOf(key, entry);
      if (bytes > (partition === undefined ? maxBytes : mostBytes)) return;
      const part = partition === undefined ? undefined : parts.get(partition);
      if (part !== undefined) makeRoom(part, bytes);
      entries.set(key, slot);
      if (partition !== undefined) parts.add(partition, key, bytes);
    },
    delete: async (key) => {
      entries.delete(key);
      notes.delete(key);
    },
    clear: async () => {
      entries.clear();
      notes.clear();
    },
  });
};
