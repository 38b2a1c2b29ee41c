import type { Clock } from '../../kernel/index.ts';
import type { CircuitPlan } from './options.ts';
import { HAIR, isTooSlow } from './rules.ts';
import type { Sums } from './window.ts';

/** Why a half-open period ends: the last of these closes the circuit, the others open it again. */
export type TrialsEnd = 'trial-failed' | 'slow-call-rate' | 'trials-succeeded';

/** The trials of one half-open period. */
export interface Trials {
  /** Admits one more, which may last so long, in milliseconds, if anybody knows; unless enough are under way or done. */
  admit(lastsMs: number | undefined): (() => void) | undefined;
  /** Counts one that ended. */
  count(failed: boolean, slow: boolean): void;
  /** Why the period is over, by the plan as it is now; `undefined` if it is not. */
  end(): TrialsEnd | undefined;
  readonly sums: Sums;
  /** When to ask for one more, in milliseconds from now: as after an opening, unless a place is free before. */
  readonly nextFreeMs: number;
}

/** A trial that has not ended so long after it should have hangs, in milliseconds. */
const HANGING_MS = 30_000;

/**
 * A half-open period without any trial yet. A permit that is not returned expires long after its trial should have
 * ended, so that one that hangs cannot wedge the circuit; its outcome still counts, should it come.
 */
export const createTrials = (plan: () => CircuitPlan, clock: Clock): Trials => {
  const permits = new Set<{ readonly expiresAt: number }>();
  let calls = 0;
  let failures = 0;
  let slowCalls = 0;

  const dropExpired = (): void => {
    for (const permit of permits) {
      if (permit.expiresAt <= clock.now()) permits.delete(permit);
    }
  };

  const isFull = (): boolean => permits.size + calls >= plan().halfOpenCalls;

  const end = (): TrialsEnd | undefined => {
    const { halfOpenCalls, halfOpenFailureRate } = plan();
    // More than that are done where fewer are asked for than before.
    const deciding = Math.max(halfOpenCalls, calls);
    if (failures > halfOpenFailureRate * deciding + HAIR) return 'trial-failed';
    if (isTooSlow(plan(), slowCalls, deciding)) return 'slow-call-rate';
    return calls >= halfOpenCalls ? 'trials-succeeded' : undefined;
  };

  return {
    admit: (lastsMs = 0) => {
      dropExpired();
      if (isFull()) return undefined;
      const permit = { expiresAt: clock.now() + Math.max(plan().openMs, lastsMs + HANGING_MS) };
      permits.add(permit);
      return () => permits.delete(permit);
    },
    count: (failed, slow) => {
      calls += 1;
      if (failed) failures += 1;
      if (slow) slowCalls += 1;
    },
    end,
    get sums() {
      return { calls, failures, slow: slowCalls };
    },
    get nextFreeMs() {
      dropExpired();
      if (permits.size === 0 || !isFull() || end() !== undefined) return 0;
      const expiries = [...permits].map(({ expiresAt }) => expiresAt - clock.now());
      return Math.min(plan().openMs, ...expiries);
    },
  };
};
