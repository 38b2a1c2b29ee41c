import { isDeepStrictEqual } from 'node:util';
import {
  anyOf,
  boolean,
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
  THROTTLE_BACKOFF_DEFAULTS,
  throttleBackoffFor,
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
  /**
   * Waits after an answer that asks for less (`isThrottling`), in place of `backoff`.
   *
   * @default exponential from 1 s up to 20 s, full jitter; with a longer `backoff` from there, with the jitter of that
   */
  readonly throttleBackoff?: BackoffOptions | Backoff | undefined;
  /** What all calls together may spend on retries; `false` for no limit. @default ratio 0.2, 10 a second */
  readonly budget?: BudgetOptions | false | undefined;
  /**
   * Whether this error is worth another attempt; anything but `true` and `false` leaves it to what the error says of
   * itself (`retryable`), then to the built-in rule: everything but mistakes in the code, work that was called off and
   * what a dependency refused for good; a client retries by reason and status. Not asked about refusals and about business errors that do not say
   * `retryable: true`, which are never retried; a call that must not be repeated is not, whatever it says.
   */
  readonly shouldRetry?: ((args: ShouldRetryArgs) => boolean | undefined) | undefined;
  /**
   * Whether nothing is retried on behalf of a request that is itself a retry (`X-Retry-Attempt`), so that services that
   * stand in a row do not multiply their attempts.
   *
   * @default true
   */
  readonly crossHopGuard?: boolean | undefined;
}

/** Normalised `RetryOptions`. */
export interface RetryPlan {
  readonly maxRetries: number;
  readonly backoff: BackoffPlan | Backoff;
  readonly throttleBackoff: BackoffPlan | Backoff;
  readonly budget: BudgetPlan | false;
  readonly shouldRetry: ((args: ShouldRetryArgs) => boolean | undefined) | undefined;
  readonly crossHopGuard: boolean;
}

const BACKOFFS = Object.freeze({ backoff: BACKOFF_DEFAULTS, throttleBackoff: THROTTLE_BACKOFF_DEFAULTS });

/** How often a failed attempt is made again where nothing is written. */
export const RETRY_DEFAULTS: RetryPlan = Object.freeze({
  maxRetries: 2,
  ...BACKOFFS,
  budget: BUDGET_DEFAULTS,
  shouldRetry: undefined,
  crossHopGuard: true,
});

const checks = {
  maxRetries: integer(0, 100),
  backoff: anyOf(object, func),
  throttleBackoff: anyOf(object, func),
  budget: orFalse(object),
  shouldRetry: func,
  crossHopGuard: boolean,
};

/** One of the two back-offs; where `base` has a function, what is not written comes from the defaults. */
const readEither = (
  site: OptionsSite,
  key: keyof typeof BACKOFFS,
  given: RetryOptions,
  base: RetryPlan,
): BackoffPlan | Backoff => {
  const written = given[key];
  const inherited = base[key];
  if (written === undefined) return inherited;
  if (typeof written === 'function') return written;
  const defaults = typeof inherited === 'object' ? inherited : BACKOFFS[key];
  return readBackoff(nestedSite(site, key), written, defaults);
};

/** Whether nobody wrote a rule for after throttling: it is as its back-off wants it. */
const isFollowing = ({ backoff, throttleBackoff }: RetryPlan): boolean =>
  isDeepStrictEqual(throttleBackoff, throttleBackoffFor(backoff));

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
  const { budget } = given;
  const backoff = readEither(site, 'backoff', given, base);
  const throttled = isFollowing(base) ? { ...base, throttleBackoff: throttleBackoffFor(backoff) } : base;
  const baseBudget = base.budget === false ? undefined : base.budget;
  return Object.freeze({
    ...plan,
    backoff,
    throttleBackoff: readEither(site, 'throttleBackoff', given, throttled),
    budget:
      typeof budget === 'object' ? readBudget(nestedSite(site, 'budget'), budget, baseBudget) : plan.budget,
  });
};
