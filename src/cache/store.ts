import { readSafely } from '../kernel/index.ts';

/** What a store keeps under a key. Plain data but for `value`, which may hold a `Uint8Array`, so that it can leave the process. */
export interface CacheEntry {
  /** Version of this shape; entries of another one count as absent. */
  readonly version: 2;
  /** When it was stored, in milliseconds since the Unix epoch. */
  readonly storedAt: number;
  /** When it is of no use any more, in milliseconds since the Unix epoch; a store may drop it then. */
  readonly expiresAt: number;
  /** Size of the value, in bytes, as its owner counts. */
  readonly sizeBytes: number;
  /** Digest of whom it is for: a store may bound what one of them takes. `undefined` for everybody's. */
  readonly partition?: string | undefined;
  readonly value: unknown;
}

/**
 * Where entries are kept. It may forget whatever it likes, and may fail: a cache survives that. What an author keeps to, and
 * `cacheStoreContract` of `express-breakwater/testing` looks for:
 *
 * - A key is given back what was last set under it, whole, or nothing. Whose answer it is stands in the key: keys are
 *   compared character by character, the case of letters included, and mean nothing else.
 * - An entry comes back as it was: texts, numbers, true and false, null, lists, objects of them, and bytes as bytes
 *   (`JSON.stringify` alone makes something else of a `Uint8Array`). A member that is `undefined` may be left out.
 * - What is set, deleted or cleared is done once the promise resolves. Deleting what is not there is no failure.
 * - `clear` forgets all that this store gives back, and nothing of others that share its server: prefix the keys.
 * - A failure is a rejection. It need not have a time limit of its own, nor try again: a cache waits for `storeTimeoutMs`,
 *   does without it then, and takes what it gives for a stranger's data. What is late goes on, and may have its effect.
 * - An entry may be dropped once `expiresAt` is past; it counts as absent from then on.
 * - Entries hold what users were told: keep them as you keep that. Processes that share a store share `keySecret` too.
 */
export interface CacheStore {
  /** The entry that was last set under a key; `undefined` for none. */
  get(key: string): Promise<CacheEntry | undefined>;
  /** Puts an entry in the place of whatever is there. */
  set(key: string, entry: CacheEntry): Promise<void>;
  /** Forgets what is there. */
  delete(key: string): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
}

/** Partition of the notes that say what was changed: small, many, and not to take the room of what is kept. */
export const NOTES = 'notes';

/** Version of `CacheEntry`. */
export const ENTRY_VERSION = 2;

/**
 * Reads what a store gave, each member once and as unknown; `undefined` for what is no entry that was put there.
 *
 * @param now in milliseconds since the Unix epoch; nothing was stored later
 */
export const readEntry = (
  entry: unknown,
  now: number,
): Pick<CacheEntry, 'storedAt' | 'value'> | undefined => {
  const storedAt = readSafely(entry, 'storedAt');
  const expiresAt = readSafely(entry, 'expiresAt');
  if (readSafely(entry, 'version') !== ENTRY_VERSION) return undefined;
  if (typeof expiresAt !== 'number' || !(expiresAt > now)) return undefined;
  if (typeof storedAt !== 'number' || !(storedAt <= now)) return undefined;
  return { storedAt, value: readSafely(entry, 'value') };
};
