import { durationMs, type OptionsSite, readOptions, rejectOption, withMethods } from '../kernel/index.ts';
import { MEMORY_STORE_DEFAULTS, memoryStore, memoryStoreChecks } from './memory-store.ts';
import type { CacheStore } from './store.ts';

/** Options of a cache of last good answers. */
export interface CacheOptions {
  /** How old an answer may be to be served when asking again fails, in milliseconds; more than 0. */
  readonly staleIfErrorMs: number;
  /** The most answers kept in memory. @default 1000 */
  readonly maxEntries?: number | undefined;
  /** The most bytes kept in memory. @default 52_428_800 (50 MiB) */
  readonly maxBytes?: number | undefined;
  /** Where answers are kept. @default a memory store of its own */
  readonly store?: CacheStore | undefined;
}

/** Cache options as a cache uses them. */
export interface CacheSettings {
  readonly staleIfErrorMs: number;
  readonly store: CacheStore;
}

const storeCheck = withMethods(
  'a store with the functions get, set, delete and clear',
  'get',
  'set',
  'delete',
  'clear',
);

/**
 * Normalises cache options.
 *
 * @throws TypeError or RangeError for a bad option, or without `staleIfErrorMs`
 */
export const readCacheOptions = (site: OptionsSite, given: unknown): CacheSettings => {
  const options = readOptions<Partial<CacheOptions>>(site, given, Object.freeze({}), {
    staleIfErrorMs: durationMs(1),
    ...memoryStoreChecks,
    store: storeCheck,
  });
  const { staleIfErrorMs, store } = options;
  if (staleIfErrorMs === undefined)
    return rejectOption(site, 'staleIfErrorMs', durationMs(1).expects, undefined, TypeError);
  const maxEntries = options.maxEntries ?? MEMORY_STORE_DEFAULTS.maxEntries;
  const maxBytes = options.maxBytes ?? MEMORY_STORE_DEFAULTS.maxBytes;
  return Object.freeze({ staleIfErrorMs, store: store ?? memoryStore({ maxEntries, maxBytes }) });
};
