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
 * Where entries are kept. It may forget whatever it likes, and may fail: a cache survives that. A key is given back what
 * was last set under it, or nothing.
 */
export interface CacheStore {
  get(key: string): Promise<CacheEntry | undefined>;
  set(key: string, entry: CacheEntry): Promise<void>;
  delete(key: string): Promise<void>;
  clear(): Promise<void>;
}

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
