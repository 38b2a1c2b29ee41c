import {
  anyOf,
  func,
  integer,
  nestedSite,
  type OptionsSite,
  object,
  orFalse,
  readOptions,
} from '../../kernel/index.ts';
import {
  BACKOFF_DEFAULTS,
  type Backoff,
  type BackoffOptions,
  type BackoffPlan,
  readBackoff,
} from '../backoff/index.ts';
import { BUDGET_DEFAULTS, type BudgetOptions, type BudgetPlan, readBudget } from '../budget/index.ts';

/** What `shouldRetry` is asked about. */
export interface ShouldRetryArgs {
  /** What the attempt failed with. */
  readonly error: unknown;
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
}

/** When, how often and how fast a failed attempt is made again. */
export interface RetryOptions {
  /** Attempts after the first one, 0 to 100. @default 2 */
  readonly maxRetries?: number | undefined;
  /** Waits between attempts: a built-in rule, or a function. @default exponential from 100 ms, full jitter */
  readonly backoff?: BackoffOptions | Backoff | undefined;
  /** What all calls together may spend on retries; `false` for no limit. @default ratio 0.2, 10 a second */
  readonly budget?: BudgetOptions | false | undefined;
  /**
   * Whether this error is worth another attempt; anything but `true` and `false` leaves it to what the error says of
   * itself (`retryable`), then to the built-in rule. Not asked about refusals and about business errors that do not say
   * `retryable: true`, which are never retried; a call that must not be repeated is not, whatever it says.
   */
  readonly shouldRetry?: (args: ShouldRetryArgs) => boolean | undefined;
}

/** Normalised `RetryOptions`. */
export interface RetryPlan {
  readonly maxRetries: number;
  readonly backoff: BackoffPlan | Backoff;
  readonly budget: BudgetPlan | false;
  readonly shouldRetry: ((args: ShouldRetryArgs) => boolean | undefined) | undefined;
}

/** How often a failed attempt is made again where nothing is written. */
export const RETRY_DEFAULTS: RetryPlan = Object.freeze({
  maxRetries: 2,
  backoff: BACKOFF_DEFAULTS,
  budget: BUDGET_DEFAULTS,
  shouldRetry: undefined,
});

const checks = {
  maxRetries: integer(0, 100),
  backoff: anyOf(object, func),
  budget: orFalse(object),
  shouldRetry: func,
};

/**
 * Normalises `retry`; `false` means no retries. What is not written comes from `base`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readRetry = (
  site: OptionsSite,
  given: RetryOptions | false | undefined,
  base: RetryPlan = RETRY_DEFAULTS,
): RetryPlan => {
  if (given === false) return Object.freeze({ ...base, maxRetries: 0 });
  if (given === undefined) return base;
  const plan = readOptions<RetryPlan>(site, given, base, checks);
  const { backoff, budget } = given;
  const baseBackoff = typeof base.backoff === 'object' ? base.backoff : undefined;
  const baseBudget = base.budget === false ? undefined : base.budget;
  return Object.freeze({
    ...plan,
    backoff:
      typeof backoff === 'object'
        ? readBackoff(nestedSite(site, 'backoff'), backoff, baseBackoff)
        : plan.backoff,
    budget:
      typeof budget === 'object' ? readBudget(nestedSite(site, 'budget'), budget, baseBudget) : plan.budget,
  });
};
