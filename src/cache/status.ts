/** Why a stale answer was used. */
export type StaleReason =
  | 'bulkhead-full'
  | 'circuit-open'
  | 'failure'
  | 'network'
  | 'paused'
  | 'requested'
  | 'revalidating'
  | 'timeout'
  | 'upstream-5xx';

/** What a cache did for an answer. Frozen. */
export interface CacheStatus {
  /**
   * `miss`: asked for anew; `hit`: kept, and fresh; `revalidated`: kept, and just confirmed by the dependency; `stale`: kept,
   * and older than it should be.
   */
  readonly status: 'miss' | 'hit' | 'revalidated' | 'stale';
  /** Age of the answer, in milliseconds. */
  readonly ageMs: number;
  /** How long it has been stale, in milliseconds; 0 unless it is. */
  readonly staleForMs: number;
  /**
   * Why it was used; `undefined` unless stale. `revalidating`: a new one is being fetched meanwhile; `requested`: the
   * request itself allows it (`max-stale`); `failure`: a function failed. The others say what asking failed with.
   */
  readonly reason: StaleReason | undefined;
  /** When it was stored, in milliseconds since the Unix epoch; `undefined` for an answer that was not. */
  readonly storedAt: number | undefined;
  /** Key of the entry, for `purge({ key })`: a digest. Not enumerable: it says nothing to a reader of logs. */
  readonly key: string | undefined;
}

// A class, as each answer has one: a property that is defined as not enumerable costs 40 times as much (2.6 µs, Node 20).
class KeptStatus implements CacheStatus {
  readonly status: CacheStatus['status'];
  readonly ageMs: number;
  readonly staleForMs: number;
  readonly reason: StaleReason | undefined;
  readonly storedAt: number | undefined;
  readonly #key: string | undefined;

  constructor({ status, ageMs, staleForMs, reason, storedAt, key }: CacheStatus) {
    this.status = status;
    this.ageMs = ageMs;
    this.staleForMs = staleForMs;
    this.reason = reason;
    this.storedAt = storedAt;
    this.#key = key;
    Object.freeze(this);
  }

  get key(): string | undefined {
    return this.#key;
  }
}

/** A cache status, frozen. */
export const cacheStatus = (told: CacheStatus): CacheStatus => new KeptStatus(told);

/** What has a cache status: an answer of a client or of a cached function. */
export interface MaybeStale {
  readonly cache?: CacheStatus | undefined;
  readonly source?: string | undefined;
}

/**
 * Whether an answer is as new as its dependency would have it: `stale` for one that is older than that, and for what a
 * fallback gave instead. For payloads that tell their readers.
 *
 * @example
 * res.json({ ...(await answer.json<Profile>()), dataFreshness: dataFreshness(answer) });
 */
export const dataFreshness = (answer: MaybeStale): 'fresh' | 'stale' =>
  answer.cache?.status === 'stale' || answer.source === 'stale' || answer.source === 'fallback'
    ? 'stale'
    : 'fresh';
