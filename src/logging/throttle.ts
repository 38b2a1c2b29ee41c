import type { Clock } from '../kernel/index.ts';

/** Lets the first of many equal things through per window, and counts the others. */
export interface Throttle<About> {
  /** Whether this one is let through. Before that it tells of what was held back in windows that are over. */
  admit(key: string, about: About): boolean;
  /** Tells of everything that was held back and not told of yet, and begins anew. */
  flush(): void;
}

/** How a throttle lets through, and whom it tells of the rest. */
export interface ThrottleSetup<About> {
  readonly clock: Clock;
  readonly windowMs: number;
  readonly maxKeys: number;
  /** Told how many of a key were held back after `about`, the one that was let through. */
  readonly onHeld: (about: About, held: number) => void;
}

interface Window<About> {
  readonly startedAt: number;
  readonly about: About;
  held: number;
}

/**
 * A throttle by key, without a timer: windows end when the next thing comes, of whatever key. It remembers the `maxKeys`
 * keys that began their window last; one that is forgotten is told of, too.
 */
export const createThrottle = <About>(setup: ThrottleSetup<About>): Throttle<About> => {
  const { clock, windowMs, maxKeys, onHeld } = setup;
  // In the order in which windows began, and so end.
  const windows = new Map<string, Window<About>>();

  const close = (key: string, { about, held }: Window<About>): void => {
    windows.delete(key);
    if (held > 0) onHeld(about, held);
  };
  const closeEnded = (now: number): void => {
    for (const [key, window] of windows) {
      if (now - window.startedAt < windowMs) return;
      close(key, window);
    }
  };

  return {
    admit: (key, about) => {
      const now = clock.now();
      closeEnded(now);
      const current = windows.get(key);
      if (current !== undefined) {
        current.held += 1;
        return false;
      }
      windows.set(key, { startedAt: now, about, held: 0 });
      const [oldest] = windows;
      if (windows.size > maxKeys && oldest !== undefined) close(...oldest);
      return true;
    },
    flush: () => {
      for (const [key, window] of windows) close(key, window);
    },
  };
};
