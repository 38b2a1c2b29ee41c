/** A bulkhead at one moment. Frozen. */
export interface BulkheadSnapshot {
  /** Slots that are taken: by calls under way, and by work that goes on after its call was given up. */
  readonly active: number;
  /** Calls waiting for a slot. */
  readonly queued: number;
  /** Most calls under way, as it is now. */
  readonly maxConcurrent: number;
  /** Most calls waiting, as it is now. */
  readonly maxQueue: number;
}

/** The handle on a bulkhead, for operators. */
export interface Bulkhead {
  /** The bulkhead at this moment. `active` may be over `maxConcurrent` for a while after that was lowered. */
  snapshot(): BulkheadSnapshot;
}
