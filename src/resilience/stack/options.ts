import {
  anyOf,
  func,
  nestedSite,
  type OptionsSite,
  object,
  orFalse,
  readOptions,
} from '../../kernel/index.ts';
import type { Classify } from '../../policy/index.ts';
import { BREAKER_DEFAULTS, type BreakerOptions, type BreakerPlan, readBreaker } from '../breaker/index.ts';
import {
  BULKHEAD_DEFAULTS,
  type BulkheadOptions,
  type BulkheadPlan,
  readBulkhead,
} from '../bulkhead/index.ts';
import { safeClassify } from '../classify.ts';
import { rejectContradictions } from '../contradictions.ts';
import { type FallbackOption, type FallbackPlan, readFallback } from '../fallback/index.ts';
import { type HedgeOptions, type HedgePlan, readHedge } from '../hedge/index.ts';
import { PAUSE_DEFAULTS, type PauseOptions, type PausePlan, readPause } from '../pause/index.ts';
import { RETRY_DEFAULTS, type RetryOptions, type RetryPlan, readRetry } from '../retry/index.ts';
import { readTimeout, type TimeoutLimits, type TimeoutOptions } from '../timeout/index.ts';
import { hedgeFor, limitsFor, windowFor } from './follow.ts';

/** The resilience of a client or a protected function, as users write it. `false` switches a part off. */
export interface ResilienceOptions<Req, Res, FallbackValue = Res, FallbackMade = FallbackValue> {
  /** @default 10 s in all, 3 s per attempt */
  readonly timeout?: TimeoutOptions | false | undefined;
  /** @default 2 retries with exponential back-off and a budget */
  readonly retry?: RetryOptions | false | undefined;
  /** @default opens at half of at least 10 calls failed within 10 s */
  readonly breaker?: BreakerOptions<Req> | false | undefined;
  /** @default 100 under way, 200 waiting */
  readonly bulkhead?: BulkheadOptions | false | undefined;
  /** Starts a second attempt beside one that has not answered for a while. @default false */
  readonly hedge?: HedgeOptions | false | undefined;
  /** Leaves a dependency alone as long as its 429 asks for. @default up to 60 s */
  readonly pause?: PauseOptions | false | undefined;
  /** What answers instead of a failed dependency. @default nothing */
  readonly fallback?: FallbackOption<Req, FallbackValue, FallbackMade> | false | undefined;
  /** What an outcome says of the dependency; anything but the three words leaves it to the built-in rule. */
  readonly classify?: Classify<Res> | undefined;
}

/** Normalised `ResilienceOptions`. */
export interface Resilience<Req = unknown, Res = unknown> {
  readonly timeout: TimeoutLimits;
  /** No retries are a plan with `maxRetries: 0`. */
  readonly retry: RetryPlan;
  readonly breaker: BreakerPlan<Req> | false;
  readonly bulkhead: BulkheadPlan | false;
  readonly hedge: HedgePlan | false;
  readonly pause: PausePlan | false;
  readonly fallback: FallbackPlan<Req> | undefined;
  readonly classify: Classify<Res> | undefined;
}

/** What a factory changes of the defaults. */
export interface ResilienceDefaults {
  /** `false`: no retries unless they are asked for. */
  readonly retry?: false | undefined;
  /** `false`: requests have no host, so circuits cannot be keyed by it. */
  readonly hosts?: false | undefined;
  /** What an attempt needs at least where its limit is not written, in milliseconds. */
  readonly leastAttemptMs?: number | undefined;
}

/** What the parts must be that may change at run time. */
export const PART_CHECKS = {
  timeout: orFalse(object),
  retry: orFalse(object),
  breaker: orFalse(object),
  bulkhead: orFalse(object),
  hedge: orFalse(object),
  pause: orFalse(object),
};

const checks = {
  ...PART_CHECKS,
  fallback: orFalse(anyOf(func, object)),
  classify: func,
};

/**
 * Normalises, checks and freezes the options of a stack. A default gives way to what is written.
 *
 * @throws TypeError or RangeError naming the factory, the option, what was expected and what was received; RangeError
 *   naming both of two written options that contradict each other
 */
export const readResilience = <Req = unknown, Res = unknown, FallbackValue = Res>(
  site: OptionsSite,
  given: ResilienceOptions<Req, Res, FallbackValue> | undefined,
  defaults: ResilienceDefaults = {},
): Resilience<Req, Res> => {
  const written = readOptions<Partial<Record<keyof typeof checks, unknown>>>(
    site,
    given,
    {},
    checks,
  ) as ResilienceOptions<Req, Res, FallbackValue>;
  const { timeout, retry, breaker, bulkhead, hedge, pause, fallback, classify } = written;
  const inherited = defaults.retry === false ? readRetry(site, false) : RETRY_DEFAULTS;
  const read = {
    retry: retry === undefined ? inherited : readRetry(nestedSite(site, 'retry'), retry),
    breaker:
      breaker === undefined
        ? BREAKER_DEFAULTS
        : breaker && readBreaker(nestedSite(site, 'breaker'), breaker, defaults.hosts),
    bulkhead:
      bulkhead === undefined
        ? BULKHEAD_DEFAULTS
        : bulkhead && readBulkhead(nestedSite(site, 'bulkhead'), bulkhead),
    hedge: hedge !== undefined && hedge !== false && readHedge(nestedSite(site, 'hedge'), hedge),
    pause: pause === undefined ? PAUSE_DEFAULTS : pause && readPause(nestedSite(site, 'pause'), pause),
    fallback:
      fallback === undefined || fallback === false
        ? undefined
        : readFallback(nestedSite(site, 'fallback'), fallback),
    classify: safeClassify(classify),
  };
  // Each of them is good by itself.
  const limits = readTimeout(
    nestedSite(site, 'timeout'),
    timeout,
    limitsFor(written, defaults.leastAttemptMs),
  );
  rejectContradictions(site, written);
  return Object.freeze({
    ...read,
    timeout: limits,
    breaker: read.breaker && windowFor(read.breaker, limits, breaker ? breaker.windowMs : undefined),
    hedge: read.hedge && hedgeFor(read.hedge, limits, hedge ? hedge.afterMs : undefined),
  });
};
