import {
  type Attempt,
  isBusinessError,
  isPermanent,
  isThrottling,
  retryAfterOf,
  retryableOf,
  type StopReason,
} from '../../errors/index.ts';
import { MAX_TIMER_MS } from '../../kernel/index.ts';
import type { Call } from '../../policy/index.ts';
import { createAsk, isYesOrNo } from '../ask.ts';
import {
  BACKOFF_DEFAULTS,
  type Backoff,
  backoffAsks,
  createBackoff,
  THROTTLE_BACKOFF_DEFAULTS,
} from '../backoff/index.ts';
import { abortOf } from '../stack-call.ts';
import type { RetryPlan } from './options.ts';
import type { RetryRules, RetrySetup } from './rules.ts';
import { stopReason } from './stop.ts';

/** A failed attempt, and what the next step is decided from. */
export interface Failed<Req> {
  readonly request: Req;
  readonly call: Call;
  readonly error: unknown;
  readonly attempt: Attempt;
  readonly plan: RetryPlan;
}

/** What follows a failed attempt: the end, or a wait and another one. */
export type Decision = { readonly stop: StopReason } | { readonly waitMs: number };

/** Longest Retry-After that a call without a deadline waits for, in milliseconds. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Computes the waits of a plan; those of the last plan seen are ready. */
const createBackoffs = (): ((plan: RetryPlan) => {
  readonly usual: Backoff;
  readonly throttled: Backoff;
}) => {
  const usual = backoffAsks('backoff');
  // One source of chance, whose failure is told once.
  const throttled = { ...backoffAsks('throttleBackoff'), random: usual.random };
  const backoffsOf = (plan: RetryPlan) => ({
    plan,
    usual: createBackoff(plan.backoff, BACKOFF_DEFAULTS, usual),
    throttled: createBackoff(plan.throttleBackoff, THROTTLE_BACKOFF_DEFAULTS, throttled),
  });
  let last: ReturnType<typeof backoffsOf> | undefined;
  return (plan) => {
    if (last?.plan !== plan) last = backoffsOf(plan);
    return last;
  };
};

const hasJitter = (backoff: RetryPlan['backoff']): boolean =>
  typeof backoff === 'object' && backoff.jitter !== 'none';

/**
 * Whoever was told the same time as many others comes a little later, each by chance: the back-off goes on top, or half
 * of the time that is left after what was asked for, if that is less.
 */
const spread = (askedMs: number, backoffMs: number, leftMs = Number.POSITIVE_INFINITY): number =>
  askedMs + Math.max(0, Math.min(backoffMs, (leftMs - askedMs) / 2));

const againstRepeating = ({ repeatable }: Call): 'method' | undefined => (repeatable ? undefined : 'method');

/** What stands against another attempt beside the time and the budget. */
const stopBefore = <Req, Res>(
  { request, call, error, attempt, plan }: Failed<Req>,
  rules: RetryRules<Req, Res>,
): StopReason | undefined => {
  const why = rules.whyNotAgain ? rules.whyNotAgain({ request, call, error }) : againstRepeating(call);
  if (why !== undefined) return why;
  if (attempt.number > plan.maxRetries) return 'attempts';
  return call.servesRetry && plan.crossHopGuard ? 'caller-retries' : undefined;
};

/** Decides what follows each failed attempt of a policy. */
export const decider = <Req, Res>(setup: RetrySetup<Req, Res>): ((failed: Failed<Req>) => Decision) => {
  const { clock, random, rules, budget } = setup;
  const backoffsOf = createBackoffs();
  const ask = createAsk('shouldRetry');

  const isWanted = ({ plan, error, attempt, request }: Failed<Req>): boolean => {
    const said = retryableOf(error);
    if (isBusinessError(error) && said !== true) return false;
    const args = Object.freeze({ error, attempt: attempt.number });
    return (
      ask(() => plan.shouldRetry?.(args), isYesOrNo) ??
      said ??
      rules.shouldRetry?.({ ...args, request }) ??
      !isPermanent(error)
    );
  };

  return (failed) => {
    const { call, plan, error, attempt } = failed;
    const stop =
      stopReason(error, abortOf(call)) ??
      (isWanted(failed) ? stopBefore(failed, rules) : ('not-retryable' as const));
    if (stop !== undefined) return { stop };
    const { usual, throttled } = backoffsOf(plan);
    const backoff = isThrottling(error) ? throttled : usual;
    const backoffMs = backoff({ attempt: attempt.number, previousMs: attempt.waitMs, random, error });
    const askedMs = retryAfterOf(error);
    const leftMs = call.deadline === undefined ? undefined : call.deadline - clock.now();
    const isSpread = hasJitter(isThrottling(error) ? plan.throttleBackoff : plan.backoff);
    const waitMs =
      askedMs > 0 && isSpread ? spread(askedMs, backoffMs, leftMs) : Math.max(backoffMs, askedMs);
    const fits =
      leftMs === undefined ? askedMs <= MAX_RETRY_AFTER_MS : waitMs < leftMs && waitMs <= MAX_TIMER_MS;
    if (!fits) return { stop: 'deadline' };
    if (plan.budget !== false && !budget.withdraw()) return { stop: 'budget' };
    return { waitMs };
  };
};
