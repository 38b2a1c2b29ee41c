import { isBusiness } from '../../errors/index.ts';
import { compose, type Policy } from '../../policy/index.ts';
import { type CircuitBreaker, createBreaker } from '../breaker/index.ts';
import { createBudget } from '../budget/index.ts';
import { createBulkhead } from '../bulkhead/index.ts';
import { createFallback } from '../fallback/index.ts';
import { createHedge } from '../hedge/index.ts';
import { WORLD_DEFAULTS, type World } from '../parts.ts';
import { createPause } from '../pause/index.ts';
import { createRetry } from '../retry/index.ts';
import { limitsOfCall } from '../stack-call.ts';
import { attemptTimeout, type TimeoutLimit, type TimeoutLimits, totalTimeout } from '../timeout/index.ts';
import { classifyAttempt, classifyCall } from './classify.ts';
import { keepJournal } from './keep-journal.ts';
import type { Resilience } from './options.ts';
import type { Stack, StackSetup } from './setup.ts';

/** What the layers of a stack are built from. */
interface Parts<Req, Res> {
  readonly setup: StackSetup<Req, Res>;
  readonly world: World;
  /** The plans in force. */
  readonly now: () => Resilience<Req, Res>;
}

/** Builds a stack, once per client or protected function. */
export const createStack = <Req, Res>(setup: StackSetup<Req, Res>): Stack<Req, Res> => {
  let resilience = setup.resilience;
  const world: World = {
    clock: setup.clock ?? WORLD_DEFAULTS.clock,
    random: setup.random ?? WORLD_DEFAULTS.random,
    events: setup.events,
  };
  const parts: Parts<Req, Res> = { setup, world, now: () => resilience };
  const circuit = circuitOf(parts);
  const slots = slotsOf(parts);
  const reconfigure: Stack<Req, Res>['reconfigure'] = (next) => {
    resilience = Object.freeze({ ...resilience, ...next });
    slots?.planChanged();
  };
  return Object.freeze({
    run: compose(...layersOf(parts, circuit?.policy, slots?.policy))(setup.operation),
    breaker: circuit?.handle,
    bulkhead: slots?.handle,
    resilience: () => resilience,
    reconfigure,
  });
};

/** The guards around one attempt and around a call, outermost first. */
const layersOf = <Req, Res>(
  { setup, world, now }: Parts<Req, Res>,
  circuit: Policy<Req, Res> | undefined,
  slots: Policy<Req, Res> | undefined,
): readonly Policy<Req, Res>[] => {
  const { rules = {}, resilience, cache } = setup;
  const limits = limitsOf({ setup, world, now });
  const perCall = countsCalls(resilience);
  const budget = createBudget(() => now().retry.budget, world.clock);
  const layers: readonly (Policy<Req, Res> | undefined)[] = [
    keepJournal,
    fallbackOf(setup, limits),
    cache,
    totalTimeout((args) => limits(args).totalMs, world.clock),
    perCall ? circuit : undefined,
    createRetry({ ...world, plan: () => now().retry, budget, rules }),
    hedgeOf({ setup, world, now }, budget),
    slots,
    pauseOf({ setup, world, now }),
    perCall ? undefined : circuit,
    attemptTimeout((args) => limits(args).attemptMs, world.clock),
  ];
  return layers.filter((layer) => layer !== undefined);
};

/** Tells the limits of a call. */
type Limits<Req> = (...args: Parameters<TimeoutLimit<Req>>) => TimeoutLimits;

/** The limits of a call: its own, those of its request, or those in force. */
const limitsOf =
  <Req, Res>({ setup: { rules }, now }: Parts<Req, Res>): Limits<Req> =>
  ({ request, call }) =>
    limitsOfCall(call) ?? rules?.timeoutOf?.(request) ?? now().timeout;

const countsCalls = <Req>({ breaker }: Pick<Resilience<Req>, 'breaker'>): boolean =>
  breaker !== false && breaker.scope === 'call';

/** A part's plan as it is now; a part that there is cannot be taken away. */
const livePlan =
  <Plan>(first: Plan, now: () => Plan | false): (() => Plan) =>
  () => {
    const plan = now();
    return plan === false ? first : plan;
  };

const circuitOf = <Req, Res>(
  parts: Parts<Req, Res>,
): { readonly handle: CircuitBreaker; readonly policy: Policy<Req, Res> } | undefined => {
  const { setup, world, now } = parts;
  const { name, resilience, rules } = setup;
  if (resilience.breaker === false) return undefined;
  const plan = livePlan(resilience.breaker, () => now().breaker);
  const perCall = countsCalls(resilience);
  const limits = limitsOf(parts);
  const lastsMs: TimeoutLimit<Req> = (args) => (perCall ? limits(args).totalMs : limits(args).attemptMs);
  return createBreaker<Req, Res>(
    { ...world, name, plan, hostOf: (request) => rules?.hostOf?.(request), lastsMs },
    perCall ? classifyCall(setup) : classifyAttempt(setup),
  );
};

const slotsOf = <Req, Res>({ setup, world, now }: Parts<Req, Res>) => {
  const { bulkhead } = setup.resilience;
  if (bulkhead === false) return undefined;
  return createBulkhead<Req, Res>(
    livePlan(bulkhead, () => now().bulkhead),
    world.clock,
  );
};

const pauseOf = <Req, Res>({ setup, world, now }: Parts<Req, Res>): Policy<Req, Res> | undefined => {
  const { rules = {}, resilience } = setup;
  if (resilience.pause === false) return undefined;
  return createPause({ ...world, plan: livePlan(resilience.pause, () => now().pause), rules });
};

const hedgeOf = <Req, Res>(
  { setup, world, now }: Parts<Req, Res>,
  budget: ReturnType<typeof createBudget>,
) => {
  const { hedge, classify } = setup.resilience;
  if (hedge === false) return undefined;
  // What proves the dependency alive is what it has to say.
  const isAnswer = (error: unknown): boolean => isBusiness(error) || classify?.({ error }) === 'success';
  return createHedge<Req, Res>({
    ...world,
    plan: livePlan(hedge, () => now().hedge),
    budget,
    rules: {
      ...setup.rules,
      isAnswer,
      crossHopGuard: (request) => (setup.rules?.retryOf?.(request) ?? now().retry).crossHopGuard,
    },
  });
};

const fallbackOf = <Req, Res>({ resilience, rules, ...setup }: StackSetup<Req, Res>, limits: Limits<Req>) => {
  if (resilience.fallback === undefined) return undefined;
  // Without a rule that makes answers, the fallback's option was typed to give them itself.
  const answer = (value: unknown, request: Req, error: unknown): Res =>
    rules?.fallbackAnswer ? rules.fallbackAnswer(value, request, error) : (value as Res);
  const { clock = WORLD_DEFAULTS.clock, events } = setup;
  const isExpected = (error: unknown, request: Req): boolean =>
    Boolean(rules?.isExpected?.(error) || rules?.isWanted?.(error, request));
  const limit: TimeoutLimit<Req> = (args) => limits(args).totalMs;
  return createFallback<Req, Res>({ plan: resilience.fallback, events, clock, answer, isExpected, limit });
};
