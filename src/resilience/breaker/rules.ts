import type { CircuitPlan } from './options.ts';
import type { Sums } from './window.ts';

/** The rule by which a closed circuit opens. */
export type OpeningRule = 'failure-rate' | 'failure-count' | 'consecutive-failures' | 'slow-call-rate';

/** Shares that are written as decimals are a hair off; so are products of them. */
export const HAIR = 1e-9;

const isEnough = (plan: CircuitPlan, { calls }: Sums): boolean => calls >= plan.minimumCalls;

const reaches = (part: number, whole: number, threshold: number): boolean =>
  part > 0 && part / whole >= threshold - HAIR;

/** Whether the share of failures is reached. */
export const isRateReached = (plan: CircuitPlan, sums: Sums): boolean =>
  plan.failureRateThreshold !== false &&
  isEnough(plan, sums) &&
  reaches(sums.failures, sums.calls, plan.failureRateThreshold);

/** Whether one more failure brings their share anywhere near the one at which a circuit opens: half way there. */
export const mayReachRate = (plan: CircuitPlan, { calls, failures }: Sums): boolean =>
  plan.failureRateThreshold !== false &&
  calls + 1 >= plan.minimumCalls &&
  (failures + 1) / (calls + 1) >= plan.failureRateThreshold / 2;

/** Whether `slow` calls out of `calls` are as many as the plan bears. */
export const isTooSlow = (plan: CircuitPlan, slow: number, calls: number): boolean =>
  plan.slowCallMs !== false && reaches(slow, calls, plan.slowCallRateThreshold);

/**
 * The percentage above which opossum opens: a hair below ours, as we open at it. Without a rule, or with too few calls,
 * there is none.
 */
export const openingPercentage = (plan: CircuitPlan, sums: Sums): number =>
  plan.failureRateThreshold === false || !isEnough(plan, sums)
    ? Number.POSITIVE_INFINITY
    : (plan.failureRateThreshold - HAIR) * 100;

/** The rule that is broken beside that of the failure rate. */
export const brokenRule = (
  plan: CircuitPlan,
  sums: Sums,
  failuresInARow: number,
): OpeningRule | undefined => {
  const { consecutiveFailures, failureThreshold } = plan;
  if (consecutiveFailures !== false && failuresInARow >= consecutiveFailures) return 'consecutive-failures';
  if (failureThreshold !== false && sums.failures >= failureThreshold) return 'failure-count';
  return isEnough(plan, sums) && isTooSlow(plan, sums.slow, sums.calls) ? 'slow-call-rate' : undefined;
};
