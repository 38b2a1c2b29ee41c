import { attachCause, verdictOf } from '../../errors/index.ts';
import type { EventHub } from '../../events/index.ts';
import { type Clock, readOptions, readSafely } from '../../kernel/index.ts';
import { type Call, compose, type Operation, type Policy } from '../../policy/index.ts';
import { createAsk, isYesOrNo } from '../ask.ts';
import { type PolicyParts, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { abortOf } from '../stack-call.ts';
import { attemptTimeout, type TimeoutLimit, totalTimeout } from '../timeout/index.ts';
import { type FallbackOption, type FallbackPlan, readFallback } from './options.ts';

/** What a fallback's policy is built from. */
export interface FallbackSetup<Req, Res> {
  readonly plan: FallbackPlan<Req>;
  readonly events: EventHub | undefined;
  readonly clock: Clock;
  /** How long the fallback itself may take; what went before it does not count. @default as long as its call */
  readonly limit?: TimeoutLimit<Req> | undefined;
  /** Makes an answer of what the fallback gave instead of `error`. */
  readonly answer: (value: unknown, request: Req, error: unknown) => Res;
  /** Whether an error is an answer that its owner expects of a request, and no failure. @default false */
  readonly isExpected?: ((error: unknown, request: Req) => boolean) | undefined;
}

/**
 * Answers failed calls by something else: a function, a value, or a function with a condition. Place it outermost, so
 * that it sees every way of failing. What the fallback itself throws reaches the caller, with the failure as its cause if
 * it has none. Nobody waits for it beyond the call's signal and deadline.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const policy = fallback<string, number>((sku, error) => (sku === 'known' ? 1 : 0));
 */
export const fallback = <Req, Res>(
  option: FallbackOption<Req, Res>,
  parts: Pick<PolicyParts, 'clock' | 'events'> = {},
): Policy<Req, Res> => {
  const { clock, events } = readOptions<World>({ where: 'fallback' }, parts, WORLD_DEFAULTS, worldChecks);
  const plan = readFallback<Req>({ where: 'fallback' }, option);
  // The option's type says that its value is a Res.
  return createFallback({ plan, events, clock, answer: (value) => value as Res });
};

/** What was asked for, and why it cannot be had. */
interface Failed<Req> {
  readonly request: Req;
  readonly error: unknown;
}

const unlimited = (): undefined => undefined;

/** The fallback itself, which its caller waits for no longer than for the call, and than its own limit. */
const boundedUse = <Req, Res>({
  plan: { use },
  clock,
  limit = unlimited,
}: FallbackSetup<Req, Res>): Operation<Failed<Req>, unknown> => {
  const bounds = compose<Failed<Req>, unknown>(
    totalTimeout(({ request: { request }, call }) => limit({ request, call }), clock),
    attemptTimeout(unlimited, clock),
  );
  return bounds(async ({ request, error }) => use(request, error));
};

/** The policy of a normalised plan. */
export const createFallback = <Req, Res>(setup: FallbackSetup<Req, Res>): Policy<Req, Res> => {
  const { plan, events, clock, answer, isExpected } = setup;
  const ask = createAsk('fallback.when');
  const bounded = boundedUse(setup);
  const isMine = (error: unknown, request: Req): boolean =>
    ask(() => plan.when?.(error), isYesOrNo) ??
    (verdictOf(error).kind === 'failure' && !isExpected?.(error, request));
  const use = async (failed: Failed<Req>, call: Call): Promise<Res> => {
    try {
      return answer(await bounded(failed, call), failed.request, failed.error);
    } catch (thrown) {
      // The caller's own reason may be shared by many calls.
      const signal = abortOf(call);
      if (!(signal.aborted && signal.reason === thrown)) attachCause(thrown, failed.error);
      throw thrown;
    }
  };
  return (next) => async (request, call) => {
    const signal = abortOf(call);
    if (signal.aborted) throw signal.reason;
    try {
      return await next(request, call);
    } catch (error) {
      // Nobody waits for an answer any longer.
      const isLate = call.deadline !== undefined && clock.now() >= call.deadline;
      if (signal.aborted || isLate || !isMine(error, request)) throw error;
      const answered = await use({ request, error }, call);
      if (events?.wants('fallback.served')) {
        const code = readSafely(error, 'code');
        const served = { dependency: call.name, code: typeof code === 'string' ? code : undefined, error };
        events.publish('fallback.served', Object.freeze(served));
      }
      return answered;
    }
  };
};
