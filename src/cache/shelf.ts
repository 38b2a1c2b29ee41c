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
  get(key: string): Promise<Got | undefined>;
  /** The same in a box, which is empty for nothing; `undefined` where the store could not say. */
  read(key: string): Promise<{ readonly got: Got | undefined } | undefined>;
  /** @returns whether the store did it, here and below */
  set(key: string, value: unknown, how: Shelved): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  clear(): Promise<boolean>;
}

/** What a shelf gives back. */
export interface Got {
  readonly value: unknown;
  /** In milliseconds since the Unix epoch. */
  readonly storedAt: number;
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

/** How long a store is left alone that did not answer in time, in milliseconds: twice as long each time, up to a bound. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 30_000;

/** Whether a store that was too slow rests. */
const createRest = ({ clock }: ShelfSetup) => {
  let restMs = 0;
  let until = Number.NEGATIVE_INFINITY;
  return {
    isOn: (): boolean => clock.now() < until,
    /** Those that were asked before a rest are no sign that it did not help. */
    begin: (askedAt: number): void => {
      if (askedAt < until) return;
      restMs = Math.min(LONGEST_REST_MS, Math.max(FIRST_REST_MS, 2 * restMs));
      until = clock.now() + restMs;
    },
    end: (): void => {
      restMs = 0;
    },
  };
};

/**
 * Settles as `work` does, but never rejects and never takes longer than the store's time. What came stands in a box: a
 * promise would look for `then` in it, and reject where that throws.
 */
const bounded = <T>(
  work: () => Promise<T>,
  { clock, storeTimeoutMs }: ShelfSetup,
  rest: ReturnType<typeof createRest>,
  onStoreError: (error: Error) => void,
): Promise<{ readonly value: T } | undefined> =>
  new Promise((resolve) => {
    const askedAt = clock.now();
    const cancel = clock.setTimer(() => {
      resolve(undefined);
      rest.begin(askedAt);
      onStoreError(new Error(`it did not answer within ${storeTimeoutMs} ms`));
    }, storeTimeoutMs);
    // An async function turns what a store throws at once into a rejection.
    const settled = (async () => work())();
    settled.then(
      (value) => {
        cancel();
        // What came too late is no success.
        if (clock.now() - askedAt < storeTimeoutMs) rest.end();
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
  const rest = createRest(setup);
  const ask = async <R>(work: () => Promise<R>) =>
    rest.isOn() ? undefined : bounded(work, setup, rest, onStoreError);
  const does = async (work: () => Promise<void>): Promise<boolean> => (await ask(work)) !== undefined;
  const read: Shelf['read'] = async (key) => {
    const came = await ask<unknown>(() => store.get(key));
    return came && { got: readEntry(came.value, clock.wallTime()) };
  };
  return Object.freeze<Shelf>({
    read,
    get: async (key) => (await read(key))?.got,
    set: async (key, value, { keepMs, sizeBytes, partition }) => {
      const storedAt = clock.wallTime();
      const expiresAt = storedAt + keepMs;
      const version = ENTRY_VERSION;
      return does(() => store.set(key, { version, storedAt, expiresAt, sizeBytes, partition, value }));
    },
    delete: (key) => does(() => store.delete(key)),
    clear: () => does(() => store.clear()),
  });
};
