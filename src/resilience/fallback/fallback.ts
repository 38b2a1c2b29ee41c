import { isBusinessError } from '../../errors/index.ts';
import type { EventHub } from '../../events/index.ts';
import { raceSignal, readOptions, readSafely } from '../../kernel/index.ts';
import type { Policy } from '../../policy/index.ts';
import { createAsk, isYesOrNo } from '../ask.ts';
import { type PolicyParts, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { type FallbackOption, type FallbackPlan, readFallback } from './options.ts';

/** What a fallback's policy is built from. */
export interface FallbackSetup<Req, Res> {
  readonly plan: FallbackPlan<Req>;
  readonly events: EventHub | undefined;
  /** Makes an answer of what the fallback gave instead of `error`. */
  readonly answer: (value: unknown, request: Req, error: unknown) => Res;
  /** Whether an error is an answer that its owner expects, and no failure. @default false */
  readonly isExpected?: ((error: unknown) => boolean) | undefined;
}

/**
 * Answers failed calls by something else: a function, a value, or a function with a condition. Place it outermost, so
 * that it sees every way of failing. What the fallback itself throws reaches the caller.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const policy = fallback<string, number>((sku, error) => (sku === 'known' ? 1 : 0));
 */
export const fallback = <Req, Res>(
  option: FallbackOption<Req, Res>,
  parts: Pick<PolicyParts, 'events'> = {},
): Policy<Req, Res> => {
  const { events } = readOptions<World>({ where: 'fallback' }, parts, WORLD_DEFAULTS, worldChecks);
  const plan = readFallback<Req>({ where: 'fallback' }, option);
  // The option's type says that its value is a Res.
  return createFallback({ plan, events, answer: (value) => value as Res });
};

/** The policy of a normalised plan. */
export const createFallback = <Req, Res>(setup: FallbackSetup<Req, Res>): Policy<Req, Res> => {
  const { plan, events, answer, isExpected } = setup;
  const ask = createAsk('fallback.when');
  const isMine = (error: unknown): boolean =>
    ask(() => plan.when?.(error), isYesOrNo) ?? !(isBusinessError(error) || isExpected?.(error));
  return (next) => async (request, call) => {
    try {
      return await next(request, call);
    } catch (error) {
      // Nobody waits for an answer any longer.
      if (call.signal.aborted || !isMine(error)) throw error;
      const value = await raceSignal((async () => plan.use(request, error))(), call.signal);
      const answered = answer(value, request, error);
      if (events?.wants('fallback.served')) {
        const code = readSafely(error, 'code');
        const served = { dependency: call.name, code: typeof code === 'string' ? code : undefined, error };
        events.publish('fallback.served', Object.freeze(served));
      }
      return answered;
    }
  };
};
