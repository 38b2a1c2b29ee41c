import { readSafely } from '../kernel/index.ts';

/** What a store keeps under a key. Plain data, so that it can leave the process. */
export interface CacheEntry {
  /** Version of this shape; entries of another one count as absent. */
  readonly version: 1;
  /** When it was stored, in milliseconds since the Unix epoch. */
  readonly storedAt: number;
  /** When it is of no use any more, in milliseconds since the Unix epoch; a store may drop it then. */
  readonly expiresAt: number;
  /** Size of the value, in bytes, as its owner counts. */
  readonly sizeBytes: number;
  readonly value: unknown;
}

/** Where entries are kept. It may forget whatever it likes, and may fail: a cache survives that. */
export interface CacheStore {
  get(key: string): Promise<CacheEntry | undefined>;
  set(key: string, entry: CacheEntry): Promise<void>;
  delete(key: string): Promise<void>;
  clear(): Promise<void>;
}

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
  const isOurs = readSafely(entry, 'version') === 1 && Number.isFinite(readSafely(entry, 'expiresAt'));
  if (!isOurs || typeof storedAt !== 'number' || !(storedAt <= now)) return undefined;
  return { storedAt, value: readSafely(entry, 'value') };
};
