import type { Clock } from '../../kernel/index.ts';

/** What a window holds. */
export interface Sums {
  readonly calls: number;
  readonly failures: number;
  /** Calls that were slow, failed or not. */
  readonly slow: number;
}

/** Outcomes of the last while: a stretch of time, or a number of calls, told anew each time as it may change. */
export interface OutcomeWindow {
  /** Counts one more. @returns what is in the window then */
  add(size: number, failed: boolean, slow: boolean): Sums;
  /** What is in the window now. */
  sums(size: number): Sums;
  /** The same in parts, the latest first; a window of calls has none. */
  parts(size: number): readonly Sums[];
}

/** Parts of a stretch of time; it moves on by one of them at a time. */
export const BUCKETS = 10;

interface Bucket {
  calls: number;
  failures: number;
  slow: number;
}

const emptyBucket = (): Bucket => ({ calls: 0, failures: 0, slow: 0 });

const count = (sums: Bucket, failed: boolean, slow: boolean): void => {
  sums.calls += 1;
  if (failed) sums.failures += 1;
  if (slow) sums.slow += 1;
};

/**
 * The last `size` milliseconds, in buckets. It is looked at when somebody asks, so it needs no timer. With another size it
 * keeps what it holds, which leaves within the new one.
 *
 * @param onRotate told how many buckets were left behind
 */
export const createTimeWindow = (clock: Clock, onRotate: (buckets: number) => void): OutcomeWindow => {
  const buckets = Array.from({ length: BUCKETS }, emptyBucket);
  const total = emptyBucket();
  let newest = emptyBucket();
  buckets[0] = newest;
  let place = 0;
  let startedAt = clock.now();

  const leaveOldest = (): void => {
    place = (place + 1) % BUCKETS;
    const oldest = buckets[place] ?? newest;
    total.calls -= oldest.calls;
    total.failures -= oldest.failures;
    total.slow -= oldest.slow;
    newest = emptyBucket();
    buckets[place] = newest;
  };
  const moveOn = (size: number): void => {
    const bucketMs = size / BUCKETS;
    const passed = Math.floor((clock.now() - startedAt) / bucketMs);
    if (passed === 0) return;
    startedAt += passed * bucketMs;
    const left = Math.min(passed, BUCKETS);
    for (let count = 0; count < left; count += 1) leaveOldest();
    onRotate(left);
  };

  return {
    add: (size, failed, slow) => {
      moveOn(size);
      count(newest, failed, slow);
      count(total, failed, slow);
      return total;
    },
    sums: (size) => {
      moveOn(size);
      return total;
    },
    parts: (size) => {
      moveOn(size);
      return [...buckets.slice(0, place + 1).reverse(), ...buckets.slice(place + 1).reverse()];
    },
  };
};

const FAILED = 1;
const SLOW = 2;

/** The last `size` calls. With another size it keeps the latest of what it holds. */
export const createCallWindow = (): OutcomeWindow => {
  const total = emptyBucket();
  let ring = new Uint8Array(0);
  let next = 0;

  const count = (flags: number, by: 1 | -1): void => {
    total.calls += by;
    if ((flags & FAILED) !== 0) total.failures += by;
    if ((flags & SLOW) !== 0) total.slow += by;
  };
  /** The calls in the ring, oldest first. */
  const held = (): number[] =>
    Array.from({ length: total.calls }, (_, age) => {
      const place = (next - total.calls + age + ring.length) % ring.length;
      return ring[place] ?? 0;
    });
  const resize = (size: number): void => {
    if (size === ring.length) return;
    const calls = held();
    for (const flags of calls) count(flags, -1);
    const kept = calls.slice(-size);
    ring = new Uint8Array(size);
    ring.set(kept);
    for (const flags of kept) count(flags, 1);
    next = kept.length % size;
  };

  return {
    add: (size, failed, slow) => {
      resize(size);
      if (total.calls === size) count(ring[next] ?? 0, -1);
      const flags = (failed ? FAILED : 0) | (slow ? SLOW : 0);
      ring[next] = flags;
      next = (next + 1) % size;
      count(flags, 1);
      return total;
    },
    sums: (size) => {
      resize(size);
      return total;
    },
    parts: () => [],
  };
};
