import type { Clock } from '../../kernel/index.ts';
import type { BudgetPlan } from './options.ts';

/** What all calls of a stack together may spend on retries. */
export interface RetryBudget {
  /** A call has begun. */
  deposit(): void;
  /** Takes one retry. @returns `false` if there is none left */
  withdraw(): boolean;
}

const SLOTS = 10;
// So that a ratio that no binary fraction meets (0.1 of 30 calls) still gives its whole retries.
const ROUNDING = 1e-9;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** A full budget: `minPerSecond` for the whole window may be spent at once. */
export const createBudget = (plan: BudgetPlan, clock: Clock): RetryBudget => {
  const slotMs = plan.windowMs / SLOTS;
  const reserve = (plan.minPerSecond * plan.windowMs) / 1_000;
  const calls: number[] = Array(SLOTS).fill(0);
  const retries: number[] = Array(SLOTS).fill(0);
  const startedAt = clock.now();
  let current = 0;

  const slot = (): number => {
    const now = Math.floor((clock.now() - startedAt) / slotMs);
    for (let passed = Math.max(current + 1, now - SLOTS + 1); passed <= now; passed += 1) {
      calls[passed % SLOTS] = 0;
      retries[passed % SLOTS] = 0;
    }
    current = Math.max(current, now);
    return current % SLOTS;
  };

  return {
    deposit: () => {
      const index = slot();
      calls[index] = (calls[index] ?? 0) + 1;
    },
    withdraw: () => {
      const index = slot();
      if (sum(retries) + 1 > reserve + plan.ratio * sum(calls) + ROUNDING) return false;
      retries[index] = (retries[index] ?? 0) + 1;
      return true;
    },
  };
};
