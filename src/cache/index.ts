export {
  CACHE_MISS,
  type Cache,
  type CacheSetup,
  type CacheStatus,
  createCache,
  type Recalled,
  STORE_TIMEOUT_MS,
  type StaleReason,
} from './cache.ts';
export { type CacheControl, fieldValue, type HeaderFields, parseCacheControl } from './cache-control.ts';
export { MEMORY_STORE_DEFAULTS, type MemoryStoreOptions, memoryStore } from './memory-store.ts';
export { type CacheOptions, type CacheSettings, readCacheOptions } from './options.ts';
export { type CacheKeys, createCacheKeys, isCredentialHeader } from './partition.ts';
export { isStorable, type StorableAnswer } from './storable.ts';
export type { CacheEntry, CacheStore } from './store.ts';
