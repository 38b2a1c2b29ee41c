import type { Clock } from '../../kernel/index.ts';

/** A time during which somebody is left alone. */
export interface Pause {
  /** When it ends, on the clock. */
  readonly until: number;
  /** A bounded copy of what was said, for the log. */
  readonly cause: Error;
}

/** Who is left alone, and until when. */
export interface Pauses {
  /** The pause of `key`, and how long it lasts yet; `undefined` when there is none. */
  find(key: string): { readonly pause: Pause; readonly leftMs: number } | undefined;
  /** Leaves `key` alone for `ms`. @returns whether that changed anything */
  begin(key: string, ms: number, cause: () => Error): boolean;
}

/** Most keys that are remembered; beyond them the one that has waited longest is forgotten. */
const MAX_KEYS = 1_000;

/**
 * Node's timers count whole milliseconds: one that was set for the end of a pause can fire a fraction of a millisecond
 * before it, and what waited for it must pass.
 */
const TICK_MS = 1;

/**
 * Whoever asks several callers at once for quiet says the same in whole seconds to each, a little later every time. That
 * must not refuse those who waited as long as they were told: only what asks for a second more makes a pause longer.
 */
const SAID_IN_MS = 1_000;

/** Pauses that begin, and end by themselves when time is looked at: there are no timers. */
export const createPauses = (clock: Clock): Pauses => {
  const pauses = new Map<string, Pause>();

  const find: Pauses['find'] = (key) => {
    const pause = pauses.get(key);
    if (pause === undefined) return undefined;
    const leftMs = pause.until - clock.now();
    if (leftMs >= TICK_MS) return { pause, leftMs };
    pauses.delete(key);
    return undefined;
  };

  const makeRoom = (): void => {
    if (pauses.size < MAX_KEYS) return;
    const [oldest] = pauses.keys();
    if (oldest !== undefined) pauses.delete(oldest);
  };

  return {
    find,
    begin: (key, ms, cause) => {
      const current = find(key);
      if (ms < (current === undefined ? TICK_MS : current.leftMs + SAID_IN_MS)) return false;
      if (current === undefined) makeRoom();
      pauses.set(key, { until: clock.now() + ms, cause: cause() });
      return true;
    },
  };
};
