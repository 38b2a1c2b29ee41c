import type { Clock } from '../../kernel/index.ts';
import type { CircuitPlan } from './options.ts';
import { HAIR, isTooSlow } from './rules.ts';
import type { Sums } from './window.ts';

/** Why a half-open period ends: the last of these closes the circuit, the others open it again. */
export type TrialsEnd = 'trial-failed' | 'slow-call-rate' | 'trials-succeeded';

/** The trials of one half-open period. */
export interface Trials {
  /** Admits one more, unless enough are under way or done. */
  admit(): (() => void) | undefined;
  /** Counts one that ended. @returns why the period is over, `undefined` if it is not */
  count(failed: boolean, slow: boolean): TrialsEnd | undefined;
  readonly sums: Sums;
  /** When one more will be admitted at the latest, in milliseconds from now. */
  readonly nextFreeMs: number;
}

/**
 * A half-open period without any trial yet. A permit that is not returned expires after `openMs`, so that a trial that
 * hangs cannot wedge the circuit; its outcome still counts, should it come.
 */
export const createTrials = (plan: () => CircuitPlan, clock: Clock): Trials => {
  // In order of admission, and so of expiry.
  const permits = new Set<{ readonly expiresAt: number }>();
  let calls = 0;
  let failures = 0;
  let slowCalls = 0;

  const dropExpired = (): void => {
    for (const permit of permits) {
      if (permit.expiresAt > clock.now()) return;
      permits.delete(permit);
    }
  };

  const isFull = (): boolean => permits.size + calls >= plan().halfOpenCalls;

  return {
    admit: () => {
      dropExpired();
      if (isFull()) return undefined;
      const permit = { expiresAt: clock.now() + plan().openMs };
      permits.add(permit);
      return () => permits.delete(permit);
    },
    count: (failed, slow) => {
      calls += 1;
      if (failed) failures += 1;
      if (slow) slowCalls += 1;
      const { halfOpenCalls, halfOpenFailureRate } = plan();
      if (failures > halfOpenFailureRate * halfOpenCalls + HAIR) return 'trial-failed';
      if (isTooSlow(plan(), slowCalls, halfOpenCalls)) return 'slow-call-rate';
      return calls >= halfOpenCalls ? 'trials-succeeded' : undefined;
    },
    get sums() {
      return { calls, failures, slow: slowCalls };
    },
    get nextFreeMs() {
      dropExpired();
      const [oldest] = permits;
      return oldest === undefined || !isFull() ? 0 : oldest.expiresAt - clock.now();
    },
  };
};
