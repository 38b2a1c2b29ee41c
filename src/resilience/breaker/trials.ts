import type { Clock } from '../../kernel/index.ts';
import type { BreakerPlan } from './options.ts';

/** The trials of one half-open period. */
export interface Trials {
  /** Admits one more, unless enough are under way or done. */
  admit(): (() => void) | undefined;
  /** Counts one that ended. @returns what the circuit must do now, `undefined` for nothing yet */
  count(succeeded: boolean): 'close' | 'open' | undefined;
  readonly counts: { readonly successes: number; readonly failures: number };
  /** When a permit that is out will have expired at the latest, in milliseconds from now. */
  readonly nextFreeMs: number;
}

/**
 * A half-open period without any trial yet. A permit that is not returned expires after `openMs`, so that a trial that
 * hangs cannot wedge the circuit; its outcome still counts, should it come.
 */
export const createTrials = (plan: () => BreakerPlan, clock: Clock): Trials => {
  // In order of admission, and so of expiry.
  const permits = new Set<{ readonly expiresAt: number }>();
  let successes = 0;
  let failures = 0;

  const dropExpired = (): void => {
    for (const permit of permits) {
      if (permit.expiresAt > clock.now()) return;
      permits.delete(permit);
    }
  };

  return {
    admit: () => {
      dropExpired();
      if (permits.size + successes + failures >= plan().halfOpenCalls) return undefined;
      const permit = { expiresAt: clock.now() + plan().openMs };
      permits.add(permit);
      return () => permits.delete(permit);
    },
    count: (succeeded) => {
      if (succeeded) successes += 1;
      else failures += 1;
      const { halfOpenCalls, halfOpenFailureRate } = plan();
      if (failures > halfOpenFailureRate * halfOpenCalls) return 'open';
      return successes + failures >= halfOpenCalls ? 'close' : undefined;
    },
    get counts() {
      return { successes, failures };
    },
    get nextFreeMs() {
      const [oldest] = permits;
      return oldest === undefined ? 0 : Math.max(0, oldest.expiresAt - clock.now());
    },
  };
};
