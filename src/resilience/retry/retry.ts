import { type Attempt, isRejectedError, type StopReason } from '../../errors/index.ts';
import { type Clock, readOptions } from '../../kernel/index.ts';
import type { AnyPolicyFactory, Call, Operation, Policy, Settled } from '../../policy/index.ts';
import { createBudget } from '../budget/index.ts';
import { rejectContradictions } from '../contradictions.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { sleep } from '../sleep.ts';
import { abortOf, changeCall } from '../stack-call.ts';
import { neverThrows, start } from '../start.ts';
import { heedAbort } from '../timeout/index.ts';
import { decider } from './decide.ts';
import { type RetryOptions, type RetryPlan, readRetry } from './options.ts';
import { describeFailure } from './record.ts';
import type { RetrySetup } from './rules.ts';
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
  return (next) => neverThrows(policy(heedAbort(next)));
};

/** A call on its way from one attempt to the next, and who waits for its end. */
interface Trying<Req, Res> {
  readonly next: Operation<Req, Res>;
  readonly request: Req;
  readonly call: Call;
  readonly plan: RetryPlan;
  readonly beganAt: number;
  readonly resolve: (value: Res) => void;
  readonly reject: (error: unknown) => void;
}

/** The policy of a normalised plan. */
export const createRetry = <Req, Res>(setup: RetrySetup<Req, Res>): Policy<Req, Res> => {
  const { clock, rules, budget } = setup;
  const decide = decider(setup);

  const spent = (
    { call, beganAt }: Trying<Req, Res>,
    error: unknown,
    attempts: number,
    stopped: StopReason,
  ): void => tellSpent(setup, call, { error, attempts, stopped, beganAt });

  const succeed = ({ call, resolve }: Trying<Req, Res>, value: Res, made: Attempt): void => {
    call.journal.add(made);
    if (made.number === 1) budget.deposit();
    call.journal.stop('success');
    resolve(value);
  };

  /** Makes another attempt after one that failed, or ends the call. */
  const goOn = (trying: Trying<Req, Res>, error: unknown, made: Attempt): void => {
    const { request, call, plan, reject } = trying;
    const refused = isRejectedError(error);
    if (!refused) call.journal.add(made);
    // A call that was not let in pays for nobody's retries.
    if (made.number === 1 && !refused) budget.deposit();
    const failed = { request, call, error, attempt: made, plan };
    const decision = decide(failed);
    if (!refused) tellAttempt(setup, failed, 'waitMs' in decision ? decision.waitMs : undefined);
    if ('waitMs' in decision) {
      begin(trying, made.number + 1, decision.waitMs);
      return;
    }
    call.journal.stop(decision.stop);
    spent(trying, error, refused ? made.number - 1 : made.number, decision.stop);
    reject(error);
  };

  const attempt = (trying: Trying<Req, Res>, number: number, waitMs: number): void => {
    const { next, request, call, beganAt, reject } = trying;
    const startedAt = number === 1 ? beganAt : clock.now();
    const nth = call.attempt === number ? call : changeCall(call, { attempt: number });
    const settle = (settled: Settled<Res>): void => {
      const { value, error } = settled;
      const durationMs = clock.now() - startedAt;
      try {
        const made = { number, status: rules.statusOf?.(settled), durationMs, waitMs };
        if ('error' in settled) goOn(trying, error, { ...made, ...describeFailure(error, call) });
        // Without an error it is a value.
        else succeed(trying, value as Res, { ...made, code: undefined, reason: undefined });
      } catch (thrown) {
        // A journal or a hub of the app's.
        reject(thrown);
      }
    };
    start(next, request, nth).then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    );
  };

  const begin = (trying: Trying<Req, Res>, number: number, waitMs: number): void => {
    const { call, reject } = trying;
    if (waitMs === 0 && !abortOf(call).aborted) attempt(trying, number, waitMs);
    else
      pause(waitMs, call, clock, (error, stopped) => spent(trying, error, number - 1, stopped))
        .then(() => attempt(trying, number, waitMs))
        .catch(reject);
  };

  // No async function: each call would make one, with half a kilobyte for what it knows as it waits (Node 24).
  return (next) => (request, call) => {
    const plan = rules.retryOf?.(request) ?? setup.plan();
    const beganAt = clock.now();
    return new Promise((resolve, reject) => {
      begin({ next, request, call, plan, beganAt, resolve, reject }, 1, 0);
    });
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
