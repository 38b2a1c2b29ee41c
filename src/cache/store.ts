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

/** Whether what a store gave is an entry that was once put there. */
export const isCacheEntry = (value: unknown): value is CacheEntry => {
  if (typeof value !== 'object' || value === null) return false;
  // Read as unknown members only.
  const entry = value as { readonly [K in keyof CacheEntry]?: unknown };
  return entry.version === 1 && Number.isFinite(entry.storedAt) && Number.isFinite(entry.expiresAt);
};
