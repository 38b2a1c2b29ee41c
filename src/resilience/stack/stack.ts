import { attachJournal, isUpstreamError } from '../../errors/index.ts';
import type { EventHub } from '../../events/index.ts';
import type { Clock, Random } from '../../kernel/index.ts';
import { type Classify, compose, type Operation, type Policy } from '../../policy/index.ts';
import { type CircuitBreaker, createBreaker } from '../breaker/index.ts';
import { createBudget } from '../budget/index.ts';
import { createBulkhead } from '../bulkhead/index.ts';
import { createFallback } from '../fallback/index.ts';
import { WORLD_DEFAULTS, type World } from '../parts.ts';
import { createRetry, type RetryRules, stopReason } from '../retry/index.ts';
import { attemptTimeout, isTimeUp, type TimeoutLimits, totalTimeout } from '../timeout/index.ts';
import type { Resilience } from './options.ts';

/** What the owner of a stack knows of its requests and answers, and general policies do not. */
export interface StackRules<Req, Res> extends RetryRules<Req, Res> {
  /** A call's own limits. */
  timeoutOf?(request: Req): TimeoutLimits | undefined;
  /** Host that a request goes to, for circuits that are keyed by it. */
  hostOf?(request: Req): string | undefined;
  /** Makes an answer of what a fallback gave instead of `error`. @default the value itself */
  fallbackAnswer?(value: unknown, request: Req, error: unknown): Res;
}

/** What a stack is built from. */
export interface StackSetup<Req, Res> {
  /** Name of the client or protected function. */
  readonly name: string;
  /** What is guarded: one attempt. */
  readonly operation: Operation<Req, Res>;
  readonly resilience: Resilience<Req, Res>;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** @default the machine's source */
  readonly random?: Random | undefined;
  /** Told of failed attempts, changed circuits and served fallbacks. */
  readonly events?: EventHub | undefined;
  readonly rules?: StackRules<Req, Res> | undefined;
  /** Stands between fallback and total timeout. */
  readonly cache?: Policy<Req, Res> | undefined;
  /** Stands between breaker and attempt timeout. */
  readonly perAttempt?: Policy<Req, Res> | undefined;
}

/** A guarded operation. */
export interface Stack<Req, Res> {
  /** Runs the operation behind every guard. The error of a failed run carries the call's journal. */
  readonly run: Operation<Req, Res>;
  /** Handle on the circuit, `undefined` where there is none. */
  readonly breaker: CircuitBreaker | undefined;
  /** The plans in force. */
  readonly resilience: () => Resilience<Req, Res>;
  /** Puts other plans in force; what was counted, and who waits, stays. A part that is off stays off, and the other way round. */
  readonly reconfigure: (
    next: Pick<Resilience<Req, Res>, 'timeout' | 'retry' | 'breaker' | 'bulkhead'>,
  ) => void;
}

/** A part's plan as it is now; a part that there is cannot be taken away. */
const livePlan =
  <Plan>(first: Plan, now: () => Plan | false): (() => Plan) =>
  () => {
    const plan = now();
    return plan === false ? first : plan;
  };

/** Builds a stack, once per client or protected function. */
export const createStack = <Req, Res>(setup: StackSetup<Req, Res>): Stack<Req, Res> => {
  const { name, rules = {}, cache, perAttempt } = setup;
  let resilience = setup.resilience;
  const world: World = {
    clock: setup.clock ?? WORLD_DEFAULTS.clock,
    random: setup.random ?? WORLD_DEFAULTS.random,
    events: setup.events,
  };
  const limits = (request: Req): TimeoutLimits => rules.timeoutOf?.(request) ?? resilience.timeout;
  const perCall = resilience.breaker !== false && resilience.breaker.scope === 'call';
  const classify = perCall ? classifyCall(setup) : resilience.classify;
  const circuit =
    resilience.breaker === false
      ? undefined
      : createBreaker<Req, Res>(
          {
            ...{ ...world, name, hostOf: (request: Req) => rules.hostOf?.(request) },
            plan: livePlan(resilience.breaker, () => resilience.breaker),
          },
          classify,
        );
  const guard = resilience.bulkhead;
  const budget = createBudget(() => resilience.retry.budget, world.clock);
  const layers: readonly (Policy<Req, Res> | undefined)[] = [
    keepJournal,
    fallbackOf(setup),
    cache,
    totalTimeout(({ request }) => limits(request).totalMs, world.clock),
    perCall ? circuit?.policy : undefined,
    createRetry({ ...world, plan: () => resilience.retry, budget, rules }),
    guard === false
      ? undefined
      : createBulkhead(
          livePlan(guard, () => resilience.bulkhead),
          world.clock,
        ),
    perCall ? undefined : circuit?.policy,
    perAttempt,
    attemptTimeout(({ request }) => limits(request).attemptMs, world.clock),
  ];
  const policies = layers.filter((layer) => layer !== undefined);
  return Object.freeze({
    run: compose(...policies)(setup.operation),
    breaker: circuit?.handle,
    resilience: () => resilience,
    reconfigure: (next: Pick<Resilience<Req, Res>, 'timeout' | 'retry' | 'breaker' | 'bulkhead'>) => {
      resilience = Object.freeze({ ...resilience, ...next });
    },
  });
};

/** A breaker around whole calls hears of their total time from outside, as of a caller who leaves; it is a failure. */
const classifyCall =
  <Req, Res>({ name, resilience: { classify } }: StackSetup<Req, Res>): Classify<Res> =>
  (settled) => {
    const { error } = settled;
    const tookAllTime =
      isUpstreamError(error) &&
      isTimeUp(error) &&
      error.dependency === name &&
      error.reason === 'total-timeout';
    return classify?.(settled) ?? (tookAllTime ? 'failure' : undefined);
  };

const fallbackOf = <Req, Res>({ resilience, rules, ...setup }: StackSetup<Req, Res>) => {
  if (resilience.fallback === undefined) return undefined;
  // Without a rule that makes answers, the fallback's option was typed to give them itself.
  const answer = (value: unknown, request: Req, error: unknown): Res =>
    rules?.fallbackAnswer ? rules.fallbackAnswer(value, request, error) : (value as Res);
  const { clock = WORLD_DEFAULTS.clock, events } = setup;
  const isExpected = rules?.isExpected;
  return createFallback<Req, Res>({ plan: resilience.fallback, events, clock, answer, isExpected });
};

const keepJournal =
  <Req, Res>(next: Operation<Req, Res>): Operation<Req, Res> =>
  async (request, call) => {
    try {
      return await next(request, call);
    } catch (error) {
      const stop = stopReason(error, call.signal) ?? (isTimeUp(error) ? 'deadline' : 'not-retryable');
      call.journal.stop(stop);
      // The caller's own reason may be shared by many calls.
      const isCallers = call.signal.aborted && call.signal.reason === error;
      if (!isCallers) attachJournal(error, call.journal.snapshot());
      throw error;
    }
  };
