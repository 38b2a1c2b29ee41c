export {
  type Asked,
  createFlights,
  type Flights,
  type FlightsSetup,
  type Landed,
} from './flights.ts';
export {
  type CacheMode,
  changedUrls,
  conditionsOf,
  createHttpCache,
  type Fresh,
  fieldLines,
  fieldValue,
  type Handling,
  type HeaderFields,
  type HttpCache,
  isConditional,
  isNotModified,
  isUnsafe,
  isWeighable,
  markHeaders,
  notModifiedHeaders,
  type Place,
  type Renewed,
  type RequestRules,
  readRequestRules,
  type StoredAnswer,
  staleMark,
} from './http/index.ts';
export { MEMORY_STORE_DEFAULTS, type MemoryStoreOptions, memoryStore } from './memory-store.ts';
export {
  CACHE_DEFAULTS,
  type CacheOptions,
  type CacheSettings,
  KEEP_DEFAULTS,
  type KeepOptions,
  type KeepSettings,
  keepChecks,
  readCacheOptions,
} from './options.ts';
export { isHarmlessHeader } from './partition.ts';
export { createReader, type Found, type Kept, type Reader } from './reader.ts';
export { createShelf, type Shelf } from './shelf.ts';
export { type CacheStatus, cacheStatus, dataFreshness, type MaybeStale, type StaleReason } from './status.ts';
export type { CacheEntry, CacheStore } from './store.ts';
