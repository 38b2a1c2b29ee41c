import { type Clock, describeValue, readSafely, toError } from '../kernel/index.ts';
import { type CacheEntry, type CacheStore, ENTRY_VERSION, readEntry } from './store.ts';

/** What is put on a shelf beside the value. */
export interface Shelved extends Pick<CacheEntry, 'sizeBytes' | 'partition'> {
  /** For how long it may be of use, in milliseconds. */
  readonly keepMs: number;
}

/** A store that never fails and never takes long: what it cannot do in time is not done. */
export interface Shelf {
  /** What is kept under a key; `undefined` for nothing, and for what was never put there. */
  get(key: string): Promise<{ readonly value: unknown; readonly storedAt: number } | undefined>;
  set(key: string, value: unknown, how: Shelved): Promise<void>;
  delete(key: string): Promise<void>;
  clear(): Promise<void>;
}

/** What a shelf is made of. */
export interface ShelfSetup {
  readonly store: CacheStore;
  /** The longest the store is waited for, in milliseconds. */
  readonly storeTimeoutMs: number;
  readonly clock: Clock;
  /** Called whenever the store fails. @default a process warning, once */
  readonly onStoreError?: ((error: Error) => void) | undefined;
}

const warnOnce = (): ((error: Error) => void) => {
  let warned = false;
  return (error) => {
    if (warned) return;
    warned = true;
    // Anybody's error may have anything for a message, which may throw where it is made a text.
    const message = readSafely(error, 'message');
    const told = typeof message === 'string' ? message : describeValue(message);
    process.emitWarning(`The store of a cache failed (told once): ${told}`, {
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
  { clock, storeTimeoutMs }: ShelfSetup,
  onStoreError: (error: Error) => void,
): Promise<{ readonly value: T } | undefined> =>
  new Promise((resolve) => {
    const cancel = clock.setTimer(() => {
      resolve(undefined);
      onStoreError(new Error(`it did not answer within ${storeTimeoutMs} ms`));
    }, storeTimeoutMs);
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

/** A shelf in a store. */
export const createShelf = (setup: ShelfSetup): Shelf => {
  const { store, clock } = setup;
  const onStoreError = setup.onStoreError ?? warnOnce();
  const ask = <R>(work: () => Promise<R>) => bounded(work, setup, onStoreError);
  return Object.freeze<Shelf>({
    get: async (key) => {
      const got = await ask<unknown>(() => store.get(key));
      return got && readEntry(got.value, clock.wallTime());
    },
    set: async (key, value, { keepMs, sizeBytes, partition }) => {
      const storedAt = clock.wallTime();
      const expiresAt = storedAt + keepMs;
      const version = ENTRY_VERSION;
      await ask(() => store.set(key, { version, storedAt, expiresAt, sizeBytes, partition, value }));
    },
    delete: async (key) => {
      await ask(() => store.delete(key));
    },
    clear: async () => {
      await ask(() => store.clear());
    },
  });
};
