import type { Clock } from '../kernel/index.ts';

/** Lets one of many equal things through per window. */
export interface Throttle {
  /** How many of that key were held back since the last one let through; `undefined` if this one is held back too. */
  admit(key: string): number | undefined;
}

interface Window {
  readonly startedAt: number;
  held: number;
}

/**
 * A throttle by key. It remembers the `maxKeys` keys that began their window last, and lets through the rest.
 */
export const createThrottle = (options: {
  readonly clock: Clock;
  readonly windowMs: number;
  readonly maxKeys: number;
}): Throttle => {
  const { clock, windowMs, maxKeys } = options;
  // In the order in which windows began, as a key is put back at the end when it begins another.
  const windows = new Map<string, Window>();
  return {
    admit: (key) => {
      const now = clock.now();
      const current = windows.get(key);
      if (current !== undefined && now - current.startedAt < windowMs) {
        current.held += 1;
        return undefined;
      }
      windows.delete(key);
      windows.set(key, { startedAt: now, held: 0 });
      const [oldest] = windows.keys();
      if (windows.size > maxKeys && oldest !== undefined) windows.delete(oldest);
      return current?.held ?? 0;
    },
  };
};
