import { type Attempt, isRejectedError, type StopReason } from '../../errors/index.ts';
import { type Clock, readOptions } from '../../kernel/index.ts';
import type { AnyPolicyFactory, Call, Policy, Settled } from '../../policy/index.ts';
import { createBudget } from '../budget/index.ts';
import { rejectContradictions } from '../contradictions.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { sleep } from '../sleep.ts';
import { abortOf, changeCall } from '../stack-call.ts';
import { heedAbort } from '../timeout/index.ts';
import { decider } from './decide.ts';
import { type RetryOptions, readRetry } from './options.ts';
import { describeFailure } from './record.ts';
import type { RetryRules, RetrySetup } from './rules.ts';
import { stopReason } from './stop.ts';
import { tellAttempt, tellSpent } from './tell.ts';

/** Options of `retry()`. */
export type RetryPolicyOptions = RetryOptions & PolicyParts;

/**
 * Makes a failed attempt again, after a wait, as often as plan and budget allow. Never again: refusals, business errors
 * that do not say `retryable: true`, calls that are not `repeatable` or serve somebody else's retry, and what the caller no
 * longer waits for; mistakes in the code only where `shouldRetry` says so. The last error reaches the caller unchanged.
 * An error's `retryAfterMs` is waited for; where it does not fit the time left, the call fails at once.
 *
 * It stands outside of what one attempt passes (breaker, attempt timeout) and inside of what bounds the whole call.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const read = compose<string, string>(
 *   timeout({ ms: 2_000, scope: 'total' }),
 *   retry({ maxRetries: 3, backoff: { baseMs: 200, jitter: 'equal' } }),
 *   timeout({ ms: 500 }),
 * )((key, call) => storage.read(key, { signal: call.signal }));
 *
 * const text = await read('report', createCall({ name: 'storage', repeatable: true }));
 */
export const retry: AnyPolicyFactory<RetryPolicyOptions> = <Req, Res>(
  options: RetryPolicyOptions = {},
): Policy<Req, Res> => {
  const { parts, rest } = splitWorld('retry', options);
  const world = readOptions<World>({ where: 'retry' }, parts, WORLD_DEFAULTS, worldChecks);
  const plan = readRetry({ where: 'retry' }, rest);
  rejectContradictions({ where: 'retry' }, { retry: rest }, true);
  const budget = createBudget(() => plan.budget, world.clock);
  const policy = createRetry<Req, Res>({ ...world, plan: () => plan, budget, rules: {} });
  return (next) => policy(heedAbort(next));
};

/** The policy of a normalised plan. */
export const createRetry = <Req, Res>(setup: RetrySetup<Req, Res>): Policy<Req, Res> => {
  const { clock, rules, budget } = setup;
  const decide = decider(setup);
  return (next) => async (request, call) => {
    const plan = rules.retryOf?.(request) ?? setup.plan();
    const beganAt = clock.now();
    const spent = (error: unknown, attempts: number, stopped: StopReason): void =>
      tellSpent(setup, call, { error, attempts, stopped, beganAt });
    let waitMs = 0;
    for (let number = 1; ; number += 1) {
      if (waitMs > 0 || abortOf(call).aborted)
        await pause(waitMs, call, clock, (error, stopped) => spent(error, number - 1, stopped));
      const startedAt = clock.now();
      // In place: a function of its own would cost each call a turn.
      let settled: Settled<Res>;
      try {
        settled = {
          value: await next(request, call.attempt === number ? call : changeCall(call, { attempt: number })),
        };
      } catch (error) {
        settled = { error };
      }
      const attempt = describe(settled, { call, number, waitMs, durationMs: clock.now() - startedAt, rules });
      const refused = 'error' in settled && isRejectedError(settled.error);
      if (!refused) call.journal.add(attempt);
      // A call that was not let in pays for nobody's retries.
      if (number === 1 && !refused) budget.deposit();
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
  const signal = abortOf(call);
  try {
    if (signal.aborted) throw signal.reason;
    if (waitMs > 0) await sleep(waitMs, { clock, signal });
  } catch (error) {
    const stopped = stopReason(error, signal) ?? 'aborted';
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
