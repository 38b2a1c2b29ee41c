import {
  createHttpCache,
  type Fresh,
  type HttpCache,
  type HttpCacheSetup,
  type Place,
} from '../../../src/cache/http/http-cache.ts';
import { readRequestRules } from '../../../src/cache/http/request-rules.ts';
import { type CacheEntry, type CacheStore, createShelf, memoryStore } from '../../../src/cache/index.ts';
import { manualClock } from '../../../src/testing/index.ts';

/** A URL, where it does not matter which. */
export const URL_A = 'http://a.example/things/1';

/** A cache in memory, and what is needed to ask it. */
export const httpCache = (change: Partial<HttpCacheSetup> = {}, store: CacheStore = memoryStore()) => {
  const clock = manualClock();
  const shelf = createShelf({ store, storeTimeoutMs: 50, clock, onStoreError: () => undefined });
  const cache: HttpCache = createHttpCache({
    shelf,
    secret: 'secret',
    scope: 'client',
    isTransient: (name) => name === 'x-request-id',
    mode: 'partitioned',
    partitionBy: [],
    ttlMs: 0,
    staleIfErrorMs: 600_000,
    staleWhileRevalidateMs: 0,
    maxEntryBytes: 1_000,
    maxVariants: 3,
    ...change,
  });
  const placeOf = (headers: Record<string, string> = {}, url = URL_A): Place =>
    cache.place({ url, headers, tenant: undefined, marks: [] });
  /** An answer that was asked for `tookMs` ago and came now. */
  const fresh = (body: string, given: Partial<Fresh> = {}, tookMs = 0): Fresh => ({
    status: 200,
    headers: { 'cache-control': 'max-age=60' },
    body: Buffer.from(body),
    requestedAt: clock.wallTime() - tookMs,
    receivedAt: clock.wallTime(),
    ...given,
  });
  /** Looks a place up, as whoever asks does first, and keeps what came. @returns whether it is kept */
  const keep = async (at: Place, answer: Fresh): Promise<boolean> => {
    await cache.recall(at, readRequestRules(at.headers));
    return cache.keep(at, answer);
  };
  /** The body of what is kept for a request; `undefined` for nothing. */
  const bodyOf = async (place: Place): Promise<string | undefined> => {
    const kept = await cache.recall(place, readRequestRules(place.headers));
    return kept && Buffer.from(kept.value.body).toString();
  };
  return { cache, clock, placeOf, fresh, keep, bodyOf };
};

/** A memory store whose contents a test sees. */
export const openStore = (): { readonly store: CacheStore; readonly entries: Map<string, CacheEntry> } => {
  const entries = new Map<string, CacheEntry>();
  const store: CacheStore = {
    get: async (key) => entries.get(key),
    set: async (key, entry) => {
      entries.set(key, entry);
    },
    delete: async (key) => {
      entries.delete(key);
    },
    clear: async () => entries.clear(),
  };
  return { store, entries };
};
