import type { Clock } from '../../kernel/index.ts';
import { BUDGET_DEFAULTS, type BudgetPlan } from './options.ts';

/** What all calls of a stack together may spend on extra attempts: retries and hedges. */
export interface RetryBudget {
  /** A call was let in. */
  deposit(): void;
  /** Takes one extra attempt. @returns `false` if there is none left */
  withdraw(): boolean;
  /** Gives back one that was refused before it was made. */
  giveBack(): void;
}

/** Calls feed the budget for this many slots, the one under way included: a window, or a little less. */
const SLOTS = 10;
/** What was spent is held for one more, so that no window, wherever it begins, has more than its amount. */
const HELD = SLOTS + 1;
// So that a ratio that no binary fraction meets (0.1 of 30 calls) still gives its whole retries.
const ROUNDING = 1e-9;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Counts of what happened lately, in slots of equal length; a slot without any may be missing. */
interface Window {
  readonly windowMs: number;
  readonly startedAt: number;
  readonly calls: number[];
  readonly spent: number[];
  current: number;
}

const createWindow = (windowMs: number, startedAt: number): Window => ({
  windowMs,
  startedAt,
  calls: [],
  spent: [],
  current: 0,
});

const add = (counts: number[], index: number, count: number): void => {
  counts[index] = (counts[index] ?? 0) + count;
};

/**
 * A full budget: `minPerSecond` for the whole window may be spent at once. A plan that changes keeps what was counted;
 * `false` is a budget without end.
 */
export const createBudget = (plan: () => BudgetPlan | false, clock: Clock): RetryBudget => {
  let window = createWindow(BUDGET_DEFAULTS.windowMs, clock.now());

  const slotOf = (counted: Window): number => {
    const now = Math.floor((clock.now() - counted.startedAt) / (counted.windowMs / SLOTS));
    for (let passed = Math.max(counted.current + 1, now - SLOTS); passed <= now; passed += 1) {
      counted.calls[passed % HELD] = 0;
      counted.spent[passed % HELD] = 0;
    }
    counted.current = Math.max(counted.current, now);
    // The oldest slot holds what was spent alone.
    counted.calls[(counted.current + 1) % HELD] = 0;
    return counted.current % HELD;
  };

  /** The window of the plan; what one of another length holds yet counts as of now. */
  const windowOf = ({ windowMs }: BudgetPlan): Window => {
    if (windowMs === window.windowMs) return window;
    slotOf(window);
    const next = createWindow(windowMs, clock.now());
    next.calls[0] = sum(window.calls);
    next.spent[0] = sum(window.spent);
    window = next;
    return next;
  };

  return {
    deposit: () => {
      const current = plan();
      if (current === false) return;
      const counted = windowOf(current);
      add(counted.calls, slotOf(counted), 1);
    },
    withdraw: () => {
      const current = plan();
      if (current === false) return true;
      const counted = windowOf(current);
      const index = slotOf(counted);
      const reserve = (current.minPerSecond * current.windowMs) / 1_000;
      const allowed = reserve + current.ratio * sum(counted.calls);
      if (sum(counted.spent) + 1 > allowed + ROUNDING) return false;
      add(counted.spent, index, 1);
      return true;
    },
    giveBack: () => {
      const current = plan();
      if (current === false) return;
      const counted = windowOf(current);
      add(counted.spent, slotOf(counted), -1);
    },
  };
};
