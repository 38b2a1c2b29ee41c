import {
  arrayOf,
  boolean,
  type Check,
  durationMs,
  func,
  integer,
  type OptionsSite,
  oneOf,
  orFalse,
  readOptions,
  readSafely,
  rejectPair,
  text,
  withMethods,
} from '../kernel/index.ts';
import type { CacheMode, Windows } from './http/index.ts';
import { MEMORY_STORE_DEFAULTS, memoryStore, memoryStoreChecks } from './memory-store.ts';
import type { CacheStore } from './store.ts';

/** Options of every cache. */
export interface KeepOptions {
  /** How long an answer is fresh of which nothing else says so, in milliseconds. @default 0: it is asked for each time, and kept for failures */
  readonly ttlMs?: number | undefined;
  /** For how long an answer may be stale and still be served where asking again fails, in milliseconds. @default 600000 (10 minutes) */
  readonly staleIfErrorMs?: number | undefined;
  /** For how long an answer may be stale and still be served while a new one is fetched, in milliseconds. @default 0 */
  readonly staleWhileRevalidateMs?: number | undefined;
  /**
   * Asks anew, by chance, for what is still fresh: the likelier the nearer its end and the longer it takes to load. 1 is the
   * usual eagerness, more is sooner.
   *
   * @default false
   * @see Vattani, Chierichetti, Lowenstein, Optimal Probabilistic Cache Stampede Prevention, VLDB 2015
   */
  readonly earlyRefresh?: number | false | undefined;
  /** For how long after a failure a stale answer is served without asking, in milliseconds, less up to a fifth of it by chance. @default false */
  readonly coolDownMs?: number | false | undefined;
  /** The most entries kept in memory. @default 1000 */
  readonly maxEntries?: number | undefined;
  /** The most bytes kept in memory. @default 52_428_800 (50 MiB) */
  readonly maxBytes?: number | undefined;
  /** Where entries are kept. @default a memory store of its own */
  readonly store?: CacheStore | undefined;
  /** The longest the store is waited for, in milliseconds; what it cannot do by then is done without it. @default 50 */
  readonly storeTimeoutMs?: number | undefined;
}

/** Options of a client's cache. */
export interface CacheOptions extends KeepOptions {
  /**
   * Whom it serves. `partitioned`: a request with credentials has a private cache of its own, others share one. `shared`:
   * one cache by the rules for many (RFC 9111 §3.5), which keeps the answer to an `Authorization` only where the origin allows it.
   * `private`: the rules of a cache for one user, in the parts that credentials make.
   *
   * @default 'partitioned'
   */
  readonly mode?: CacheMode | undefined;
  /** Request headers that tell callers apart, beside those that look as if they do. @default [] */
  readonly partitionBy?: readonly string[] | undefined;
  /** Whose a call is, where no header says it: `() => tryGetContext()?.fields.tenantId`. Where it throws, the call goes past the cache. @default nobody's */
  readonly tenant?: (() => unknown) | undefined;
  /** Secret under which keys are digests; the same for all processes that share a store. @default one of this process alone */
  readonly keySecret?: string | undefined;
  /** The most bytes of a body that is kept. @default 1_048_576 (1 MiB) */
  readonly maxEntryBytes?: number | undefined;
  /** The most answers of one URL that are kept for one caller, by what its `Vary` names. @default 16 */
  readonly maxVariants?: number | undefined;
  /** The largest share of the memory store that callers of one kind (of one credential, one tenant) take. @default 0.5 */
  readonly maxPartitionShare?: number | undefined;
  /** Whether stale answers carry `Warning: 110`, which HTTP gave up and older software looks for. @default true */
  readonly warning?: boolean | undefined;
}

/** Options of every cache, as it uses them. */
export interface KeepSettings extends Windows {
  readonly earlyRefresh: number | false;
  readonly coolDownMs: number | false;
  readonly store: CacheStore;
  readonly storeTimeoutMs: number;
}

/** Options of a client's cache, as it uses them. */
export interface CacheSettings extends KeepSettings {
  readonly mode: CacheMode;
  /** In lower case. */
  readonly partitionBy: readonly string[];
  readonly tenant: (() => unknown) | undefined;
  readonly keySecret: string | undefined;
  readonly maxEntryBytes: number;
  readonly maxVariants: number;
  readonly warning: boolean;
}

/** Defaults of every cache. */
export const KEEP_DEFAULTS = Object.freeze({
  ttlMs: 0,
  staleIfErrorMs: 600_000,
  staleWhileRevalidateMs: 0,
  earlyRefresh: false as const,
  coolDownMs: false as const,
  maxEntries: MEMORY_STORE_DEFAULTS.maxEntries,
  maxBytes: MEMORY_STORE_DEFAULTS.maxBytes,
  storeTimeoutMs: 50,
});

/** Defaults of a client's cache. */
export const CACHE_DEFAULTS = Object.freeze({
  ...KEEP_DEFAULTS,
  mode: 'partitioned' as const,
  partitionBy: Object.freeze([]),
  maxEntryBytes: 1_048_576,
  maxVariants: 16,
  maxPartitionShare: MEMORY_STORE_DEFAULTS.maxPartitionShare,
  warning: true,
});

const { maxPartitionShare, ...boundChecks } = memoryStoreChecks;

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerName: Check = {
  expects: 'the name of a header',
  type: (value) => typeof value === 'string',
  range: (value) => NAME.test(String(value)),
};

/** What the options of every cache must be. */
export const keepChecks: Readonly<Record<keyof KeepOptions, Check>> = {
  ttlMs: durationMs(0),
  staleIfErrorMs: durationMs(0),
  staleWhileRevalidateMs: durationMs(0),
  earlyRefresh: orFalse({
    expects: 'a number above 0',
    type: (value) => typeof value === 'number',
    range: (value) => Number(value) > 0 && Number.isFinite(value),
  }),
  coolDownMs: orFalse(durationMs(1)),
  ...boundChecks,
  store: withMethods(
    'a store with the functions get, set, delete and clear',
    'get',
    'set',
    'delete',
    'clear',
  ),
  storeTimeoutMs: durationMs(1),
};

const cacheChecks: Readonly<Record<keyof CacheOptions, Check>> = {
  ...keepChecks,
  mode: oneOf('partitioned', 'shared', 'private'),
  partitionBy: arrayOf(headerName),
  tenant: func,
  keySecret: text,
  maxEntryBytes: integer(1),
  maxVariants: integer(1, 1_000),
  maxPartitionShare,
  warning: boolean,
};

/**
 * Normalises the options of a client's cache.
 *
 * @throws TypeError or RangeError for a bad option; RangeError when both are written and an entry may be larger than all
 */
export const readCacheOptions = (site: OptionsSite, given: unknown): CacheSettings => {
  const options = readOptions<Required<typeof CACHE_DEFAULTS> & CacheOptions>(
    site,
    given,
    CACHE_DEFAULTS,
    cacheChecks,
  );
  const { maxEntries, maxBytes, maxPartitionShare: share, store, partitionBy, ...rest } = options;
  const areWritten = [readSafely(given, 'maxEntryBytes'), readSafely(given, 'maxBytes')].every(
    Number.isInteger,
  );
  if (areWritten && rest.maxEntryBytes > maxBytes)
    rejectPair(site, ['maxEntryBytes', rest.maxEntryBytes], ['maxBytes', maxBytes]);
  return Object.freeze({
    ...rest,
    tenant: options.tenant,
    keySecret: options.keySecret,
    partitionBy: Object.freeze(partitionBy.map((name: string) => name.toLowerCase())),
    store: store ?? memoryStore({ maxEntries, maxBytes, maxPartitionShare: share }),
  });
};
