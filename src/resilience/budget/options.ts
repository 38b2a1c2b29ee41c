import { type Check, durationMs, type OptionsSite, ratio, readOptions } from '../../kernel/index.ts';

/** How much extra load retries may make. */
export interface BudgetOptions {
  /** Retries per call, 0 to 1. @default 0.2 */
  readonly ratio?: number | undefined;
  /** Retries per second that are allowed however few the calls. @default 10 */
  readonly minPerSecond?: number | undefined;
  /** Time over which both are counted, in milliseconds. @default 10000 */
  readonly windowMs?: number | undefined;
}

/** Normalised `BudgetOptions`. */
export type BudgetPlan = Required<BudgetOptions>;

/** What retries may cost where nothing is written. */
export const BUDGET_DEFAULTS: BudgetPlan = Object.freeze({ ratio: 0.2, minPerSecond: 10, windowMs: 10_000 });

const perSecond: Check = {
  expects: 'a number from 0 to 1000000',
  type: (value) => typeof value === 'number' && !Number.isNaN(value),
  range: (value) => Number(value) >= 0 && Number(value) <= 1_000_000,
};
const checks = { ratio, minPerSecond: perSecond, windowMs: durationMs(1) };

/**
 * Normalises `retry.budget`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readBudget = (
  site: OptionsSite,
  given: BudgetOptions | undefined,
  base: BudgetPlan = BUDGET_DEFAULTS,
): BudgetPlan => readOptions<BudgetPlan>(site, given, base, checks);
