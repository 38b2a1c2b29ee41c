import { type Clock, readSafely, systemClock, toError } from '../kernel/index.ts';
import { type CacheStore, readEntry } from './store.ts';

/** Why a stale answer was used. */
export type StaleReason =
  | 'bulkhead-full'
  | 'circuit-open'
  | 'network'
  | 'paused'
  | 'timeout'
  | 'upstream-5xx';

/** What a cache did for an answer. Frozen. */
export interface CacheStatus {
  /** `miss`: asked for anew; `stale`: the last good answer, because asking failed. */
  readonly status: 'miss' | 'stale';
  /** Age of the answer, in milliseconds. */
  readonly ageMs: number;
  /** How long it has been stale, in milliseconds. */
  readonly staleForMs: number;
  /** Why it was used; `undefined` unless stale. */
  readonly reason: StaleReason | undefined;
  /** When it was stored, in milliseconds since the Unix epoch; `undefined` for an answer just received. */
  readonly storedAt: number | undefined;
}

/** A value that was remembered, and how old it is. */
export interface Recalled<T> {
  readonly value: T;
  readonly cache: CacheStatus;
}

/** The last good values, for the time when new ones cannot be had. Never rejects, whatever its store does. */
export interface Cache<T> {
  /** Keeps `value`, stored now. */
  remember(key: string, value: T): Promise<void>;
  /** What was kept, unless it is too old; `reason` says why it is needed. */
  recall(key: string, reason: StaleReason): Promise<Recalled<T> | undefined>;
  /** Forgets one value. */
  forget(key: string): Promise<void>;
  /** Forgets everything in the store. */
  purge(): Promise<void>;
}

/** What a cache is made of. */
export interface CacheSetup<T> {
  readonly store: CacheStore;
  /** How old a value may be to be used on failure, in milliseconds. */
  readonly staleIfErrorMs: number;
  /** Size of a value, in bytes, for stores bounded by bytes. */
  readonly sizeOf: (value: T) => number;
  /** Reads what a store gave back; `undefined` for rubbish. Must not throw. */
  readonly decode: (value: unknown) => T | undefined;
  /** Called whenever an old value is used. */
  readonly onStale?: ((recalled: Recalled<T>, key: string) => void) | undefined;
  /** Called whenever the store fails. @default a process warning, once */
  readonly onStoreError?: ((error: Error) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** The longest a store is waited for, in milliseconds. */
export const STORE_TIMEOUT_MS = 50;

/** Says "just asked, nothing was used". */
export const CACHE_MISS: CacheStatus = Object.freeze({
  status: 'miss',
  ageMs: 0,
  staleForMs: 0,
  reason: undefined,
  storedAt: undefined,
});

const warnOnce = (): ((error: Error) => void) => {
  let warned = false;
  return (error) => {
    if (warned) return;
    warned = true;
    const message = String(readSafely(error, 'message'));
    process.emitWarning(`The store of a cache failed (told once): ${message}`, {
      code: 'BREAKWATER_CACHE_STORE',
    });
  };
};

/**
 * Settles as `work` does, but never rejects and never takes longer than the store's time. What came stands in a box: a
 * promise would look for `then` in it, and reject where that throws.
 */
const bounded = <T>(
  work: () => Promise<T>,
  clock: Clock,
  onStoreError: (error: Error) => void,
): Promise<{ readonly value: T } | undefined> =>
  new Promise((resolve) => {
    const cancel = clock.setTimer(() => {
      resolve(undefined);
      onStoreError(new Error(`it did not answer within ${STORE_TIMEOUT_MS} ms`));
    }, STORE_TIMEOUT_MS);
    // An async function turns what a store throws at once into a rejection.
    const settled = (async () => work())();
    settled.then(
      (value) => {
        cancel();
        resolve({ value });
      },
      (thrown: unknown) => {
        cancel();
        resolve(undefined);
        onStoreError(toError(thrown));
      },
    );
  });

/** A cache over a store. It knows neither HTTP nor requests: keys are texts, values are its owner's. */
export const createCache = <T>(setup: CacheSetup<T>): Cache<T> => {
  const { store, staleIfErrorMs, sizeOf, decode, onStale, clock = systemClock } = setup;
  const onStoreError = setup.onStoreError ?? warnOnce();
  const ask = <R>(work: () => Promise<R>) => bounded(work, clock, onStoreError);

  const use = (given: unknown, reason: StaleReason): Recalled<T> | undefined => {
    const now = clock.wallTime();
    const entry = readEntry(given, now);
    if (entry === undefined) return undefined;
    const { storedAt } = entry;
    // The window of today counts, not the one that was set when the entry was stored.
    const ageMs = now - storedAt;
    if (ageMs > staleIfErrorMs) return undefined;
    const value = decode(entry.value);
    if (value === undefined) return undefined;
    return { value, cache: Object.freeze({ status: 'stale', ageMs, staleForMs: ageMs, reason, storedAt }) };
  };

  return Object.freeze<Cache<T>>({
    remember: async (key, value) => {
      const storedAt = clock.wallTime();
      const expiresAt = storedAt + staleIfErrorMs;
      await ask(() => store.set(key, { version: 1, storedAt, expiresAt, sizeBytes: sizeOf(value), value }));
    },
    recall: async (key, reason) => {
      const got = await ask<unknown>(() => store.get(key));
      const recalled = got && use(got.value, reason);
      if (recalled) onStale?.(recalled, key);
      return recalled;
    },
    forget: async (key) => {
      await ask(() => store.delete(key));
    },
    purge: async () => {
      await ask(() => store.clear());
    },
  });
};
