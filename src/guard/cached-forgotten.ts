import type { Clock } from '../kernel/index.ts';

/** The most keys that are remembered; beyond it nothing is used that was kept before. */
const MOST = 1_000;

/** What was forgotten in this process, and may be in the store still. */
export interface Forgotten {
  /** Has nothing used again that was kept until now, under a key or at all. @returns takes it back, for what the store forgot too */
  until(key: string | undefined): () => void;
  /** What is kept under a key is a new value. */
  end(key: string): void;
  /** Whether what was kept under a key at a time, in milliseconds since the Unix epoch, is not to be used. */
  has(key: string, storedAt: number): boolean;
}

/** Nothing forgotten yet. */
export const createForgotten = ({ wallTime }: Pick<Clock, 'wallTime'>): Forgotten => {
  const times = new Map<string, number>();
  let ofAll = Number.NEGATIVE_INFINITY;

  const allUntil = (now: number): (() => void) => {
    ofAll = now;
    return () => {
      if (ofAll === now) ofAll = Number.NEGATIVE_INFINITY;
    };
  };

  return Object.freeze<Forgotten>({
    until: (key) => {
      const now = wallTime();
      if (key === undefined) return allUntil(now);
      times.set(key, now);
      if (times.size > MOST) {
        allUntil(now);
        times.clear();
      }
      return () => {
        if (times.get(key) === now) times.delete(key);
      };
    },
    end: (key) => {
      times.delete(key);
    },
    has: (key, storedAt) => storedAt <= Math.max(ofAll, times.get(key) ?? ofAll),
  });
};
