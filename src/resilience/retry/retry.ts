import {
  type Attempt,
  isBreakwaterError,
  isBusinessError,
  isRejectedError,
  retryableOf,
  type StopReason,
} from '../../errors/index.ts';
import type { AttemptFailed } from '../../events/index.ts';
import { type Clock, readOptions, sleep } from '../../kernel/index.ts';
import { type Call, type Policy, type Settled, settle } from '../../policy/index.ts';
import { createAsk, isYesOrNo } from '../ask.ts';
import { type Backoff, createBackoff } from '../backoff/index.ts';
import { createBudget, type RetryBudget } from '../budget/index.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { type RetryOptions, type RetryPlan, readRetry, type ShouldRetryArgs } from './options.ts';
import { describeFailure } from './record.ts';
import { stopReason } from './stop.ts';
import { tellAttempt, tellSpent } from './tell.ts';

/** Options of `retry()`. */
export type RetryPolicyOptions = RetryOptions & PolicyParts;

/** What a retry policy asks of whoever knows its requests and answers. */
export interface RetryRules<Req, Res> {
  /** Whether an error is worth another attempt, where the plan's own `shouldRetry` does not say. @default true */
  shouldRetry?(args: ShouldRetryArgs & { readonly request: Req }): boolean;
  /** Why this request must not be sent again after this error, if so. @default `method` where the call is not repeatable */
  whyNotAgain?(
    args: Pick<Failed<Req>, 'request' | 'call' | 'error'>,
  ): Extract<StopReason, 'method' | 'body'> | undefined;
  /** Whether an error that ends a call is an answer that its owner expects: no failed attempt is told. @default false */
  isExpected?(error: unknown): boolean;
  /** Whom a request asks for what, where that is told. */
  targetOf?(request: Req): Pick<AttemptFailed, 'method' | 'address'>;
  /** Status of an answer or of the answer behind an error, for the journal. */
  statusOf?(settled: Settled<Res>): number | undefined;
  /** A call's own plan; the budget stays that of the policy, `budget: false` leaves it out. */
  retryOf?(request: Req): RetryPlan | undefined;
}

/** What a retry policy is built from. */
export interface RetrySetup<Req, Res> extends World {
  /** Asked once per call: it may change at run time. */
  readonly plan: () => RetryPlan;
  readonly budget: RetryBudget;
  readonly rules: RetryRules<Req, Res>;
}

/** A failed attempt, and what the next step is decided from. */
interface Failed<Req> {
  readonly request: Req;
  readonly call: Call;
  readonly error: unknown;
  readonly attempt: Attempt;
  readonly plan: RetryPlan;
}

type Decision = { readonly stop: StopReason } | { readonly waitMs: number };

/** Longest Retry-After that a call without a deadline waits for, in milliseconds. */
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Makes a failed attempt again, after a wait, as often as plan and budget allow. Never again: refusals, business errors
 * that do not say `retryable: true`, calls that are not `repeatable`, and what the caller no longer waits for. The last error reaches the caller unchanged.
 * An error's `retryAfterMs` is waited for; where it does not fit the time left, the call fails at once.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const policy = retry<string, number>({ maxRetries: 3, backoff: { baseMs: 200, jitter: 'equal' } });
 */
export const retry = <Req, Res>(options: RetryPolicyOptions = {}): Policy<Req, Res> => {
  const { parts, rest } = splitWorld(options);
  const world = readOptions<World>({ where: 'retry' }, parts, WORLD_DEFAULTS, worldChecks);
  const plan = readRetry({ where: 'retry' }, rest);
  const budget = createBudget(() => plan.budget, world.clock);
  return createRetry({ ...world, plan: () => plan, budget, rules: {} });
};

/** The policy of a normalised plan. */
export const createRetry = <Req, Res>(setup: RetrySetup<Req, Res>): Policy<Req, Res> => {
  const { clock, rules, budget } = setup;
  const decide = decider(setup);
  return (next) => async (request, call) => {
    const plan = rules.retryOf?.(request) ?? setup.plan();
    budget.deposit();
    const beganAt = clock.now();
    const spent = (error: unknown, attempts: number, stopped: StopReason): void =>
      tellSpent(setup, call, { error, attempts, stopped, beganAt });
    let waitMs = 0;
    for (let number = 1; ; number += 1) {
      await pause(waitMs, call, clock, (error, stopped) => spent(error, number - 1, stopped));
      const startedAt = clock.now();
      const settled = await settle(next, request, { ...call, attempt: number });
      const attempt = describe(settled, { call, number, waitMs, durationMs: clock.now() - startedAt, rules });
      const refused = 'error' in settled && isRejectedError(settled.error);
      if (!refused) call.journal.add(attempt);
      if (!('error' in settled)) {
        call.journal.stop('success');
        return settled.value;
      }
      const failed = { request, call, error: settled.error, attempt, plan };
      const decision = decide(failed);
      if (!refused) tellAttempt(setup, failed, 'waitMs' in decision ? decision.waitMs : undefined);
      if ('stop' in decision) {
        call.journal.stop(decision.stop);
        spent(settled.error, refused ? number - 1 : number, decision.stop);
        throw settled.error;
      }
      waitMs = decision.waitMs;
    }
  };
};

const pause = async (
  waitMs: number,
  call: Call,
  clock: Clock,
  onStop: (error: unknown, stopped: StopReason) => void,
): Promise<void> => {
  try {
    call.signal.throwIfAborted();
    if (waitMs > 0) await sleep(waitMs, { clock, signal: call.signal });
  } catch (error) {
    const stopped = stopReason(error, call.signal) ?? 'aborted';
    call.journal.stop(stopped);
    onStop(error, stopped);
    throw error;
  }
};

const describe = <Req, Res>(
  settled: Settled<Res>,
  given: Pick<Attempt, 'number' | 'waitMs' | 'durationMs'> & { call: Call; rules: RetryRules<Req, Res> },
): Attempt => ({
  number: given.number,
  status: given.rules.statusOf?.(settled),
  durationMs: given.durationMs,
  waitMs: given.waitMs,
  ...('error' in settled
    ? describeFailure(settled.error, given.call)
    : { code: undefined, reason: undefined }),
});

/** Computes the waits of a plan; those of the last plan seen are ready. */
const createBackoffOf = (): ((plan: RetryPlan) => Backoff) => {
  let last: { readonly plan: RetryPlan; readonly backoff: Backoff } | undefined;
  return (plan) => {
    if (last?.plan !== plan) last = { plan, backoff: createBackoff(plan.backoff) };
    return last.backoff;
  };
};

const decider = <Req, Res>(setup: RetrySetup<Req, Res>) => {
  const { clock, random, rules, budget } = setup;
  const backoffOf = createBackoffOf();
  const ask = createAsk('shouldRetry');

  const isWanted = ({ plan, error, attempt, request }: Failed<Req>): boolean => {
    const said = retryableOf(error);
    if (isBusinessError(error) && said !== true) return false;
    const args = Object.freeze({ error, attempt: attempt.number });
    return (
      ask(() => plan.shouldRetry?.(args), isYesOrNo) ??
      said ??
      rules.shouldRetry?.({ ...args, request }) ??
      true
    );
  };

  const whyNotAgain = (failed: Failed<Req>): StopReason | undefined => {
    if (rules.whyNotAgain) return rules.whyNotAgain(failed);
    return failed.call.repeatable ? undefined : 'method';
  };

  const waitAfter = ({ plan, error, attempt }: Failed<Req>): number => {
    const waitMs = backoffOf(plan)({ attempt: attempt.number, previousMs: attempt.waitMs, random, error });
    return Math.max(waitMs, retryAfterOf(error));
  };

  return (failed: Failed<Req>): Decision => {
    const { call, plan, error, attempt } = failed;
    const stop = stopReason(error, call.signal);
    if (stop !== undefined) return { stop };
    if (!isWanted(failed)) return { stop: 'not-retryable' };
    const refused = whyNotAgain(failed);
    if (refused !== undefined) return { stop: refused };
    if (attempt.number > plan.maxRetries) return { stop: 'attempts' };
    const waitMs = waitAfter(failed);
    const fits =
      call.deadline === undefined
        ? retryAfterOf(error) <= MAX_RETRY_AFTER_MS
        : clock.now() + waitMs < call.deadline;
    if (!fits) return { stop: 'deadline' };
    if (plan.budget !== false && !budget.withdraw()) return { stop: 'budget' };
    return { waitMs };
  };
};

const retryAfterOf = (error: unknown): number => (isBreakwaterError(error) && error.retryAfterMs) || 0;
