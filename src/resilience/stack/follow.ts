import { MAX_TIMER_MS } from '../../kernel/index.ts';
import type { BreakerPlan } from '../breaker/index.ts';
import type { HedgePlan } from '../hedge/index.ts';
import { TIMEOUT_DEFAULTS, type TimeoutLimits } from '../timeout/index.ts';
import { numberAt, writtenAt } from '../written.ts';

const longest = (...times: readonly (number | undefined)[]): number =>
  Math.max(0, ...times.filter((time) => time !== undefined));

/** As often as there are retries, where their number is written. */
const waitsOf = (written: unknown, group: string): number =>
  (numberAt(written, `${group}.minMs`) ?? 0) * (numberAt(written, 'retry.maxRetries') ?? 1);

/**
 * The limits where none are written: the defaults, or as much more as other written options need to have a meaning. A
 * hedge starts halfway through its attempt; after the waits there is time for one attempt.
 *
 * @param leastAttemptMs what an attempt needs besides
 */
export const limitsFor = (written: unknown, leastAttemptMs = 0): TimeoutLimits => {
  const perCall = writtenAt(written, 'breaker.scope') === 'call';
  const slowCallMs = numberAt(written, 'breaker.slowCallMs');
  const afterMs = numberAt(written, 'hedge.afterMs') ?? 0;
  const attemptMs = longest(
    TIMEOUT_DEFAULTS.attemptMs,
    2 * afterMs,
    perCall ? undefined : slowCallMs,
    leastAttemptMs,
  );
  const beforeLastMs = longest(
    afterMs * (numberAt(written, 'hedge.maxHedges') ?? 1),
    numberAt(written, 'bulkhead.maxQueueMs'),
    waitsOf(written, 'retry.backoff'),
    waitsOf(written, 'retry.throttleBackoff'),
    slowCallMs,
  );
  const { totalMs = 0 } = TIMEOUT_DEFAULTS;
  const lastMs = numberAt(written, 'timeout.attemptMs') ?? attemptMs;
  return {
    attemptMs: Math.min(attemptMs, MAX_TIMER_MS),
    totalMs: beforeLastMs < totalMs ? totalMs : Math.min(beforeLastMs + lastMs, MAX_TIMER_MS),
  };
};

/** A window that nobody wrote holds two attempts at least, so that one that takes all its time is still counted beside others. */
export const windowFor = <Req>(
  plan: BreakerPlan<Req>,
  { attemptMs }: TimeoutLimits,
  windowMs: number | undefined,
): BreakerPlan<Req> => {
  if (windowMs !== undefined || attemptMs === undefined || 2 * attemptMs <= plan.windowMs) return plan;
  return Object.freeze({ ...plan, windowMs: Math.min(2 * attemptMs, MAX_TIMER_MS) });
};

/** A hedge for which no time was written, and which would be too late, starts halfway through its attempt, or early enough that each of several has its turn. */
export const hedgeFor = (
  plan: HedgePlan,
  { attemptMs, totalMs }: TimeoutLimits,
  afterMs: number | undefined,
): HedgePlan => {
  if (afterMs !== undefined || attemptMs === undefined || totalMs === undefined) return plan;
  if (plan.afterMs < attemptMs && plan.afterMs * plan.maxHedges < totalMs) return plan;
  return Object.freeze({ ...plan, afterMs: Math.min(attemptMs / 2, totalMs / (plan.maxHedges + 1)) });
};
