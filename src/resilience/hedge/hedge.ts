import { type Attempt, isRejectedError } from '../../errors/index.ts';
import { nestedSite, object, orFalse, readOptions } from '../../kernel/index.ts';
import type { AnyPolicyFactory, Call, Policy, Settled } from '../../policy/index.ts';
import { type BudgetOptions, createBudget, type RetryBudget, readBudget } from '../budget/index.ts';
import { rejectContradictions } from '../contradictions.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { describeFailure } from '../retry/index.ts';
import { sleep } from '../sleep.ts';
import { abortOf } from '../stack-call.ts';
import { neverThrows } from '../start.ts';
import { heedAbort } from '../timeout/index.ts';
import { nextTurn } from '../turn.ts';
import { type HedgeOptions, type HedgePlan, readHedge } from './options.ts';
import { createRace, type Finished, type Race } from './race.ts';

/** Options of `hedge()`. */
export type HedgePolicyOptions = HedgeOptions &
  Pick<PolicyParts, 'clock' | 'events'> & {
    /** What all calls together may spend on hedges; `false` for no limit. @default ratio 0.2, 10 a second */
    readonly budget?: BudgetOptions | false | undefined;
  };

/** What a hedge asks of whoever knows its requests and answers. */
export interface HedgeRules<Req, Res> {
  /** Whether a request may be made twice at once, where its call may be repeated. @default true */
  mayHedge?(request: Req): boolean;
  /** Whether nothing is hedged for a caller who is itself trying again. @default true */
  crossHopGuard?(request: Req): boolean;
  /** Whether an error is an answer of a dependency that is alive, which another attempt would give again. @default false */
  isAnswer?(error: unknown): boolean;
  /** Status of an answer or of the answer behind an error, for the journal. */
  statusOf?(settled: Settled<Res>): number | undefined;
}

/** What a hedge's policy is built from. */
export interface HedgeSetup<Req, Res> extends Pick<World, 'clock' | 'events'> {
  /** Asked once per attempt: it may change at run time. */
  readonly plan: () => HedgePlan;
  readonly budget: Pick<RetryBudget, 'withdraw' | 'giveBack'>;
  readonly rules: HedgeRules<Req, Res>;
}

/**
 * Starts a second attempt beside one that has not answered for a while, and takes the answer that comes first; the other
 * one is aborted. Only calls that are `repeatable`, and whose caller is not itself trying again. Place it inside `retry()`
 * and outside `bulkhead()` and `breaker()`, so that each attempt is admitted and counted.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const policy = hedge<string, number>({ afterMs: 200 });
 */
export const hedge: AnyPolicyFactory<HedgePolicyOptions> = <Req, Res>(
  options: HedgePolicyOptions = {},
): Policy<Req, Res> => {
  const site = { where: 'hedge' };
  const { parts, rest } = splitWorld('hedge', options);
  const { budget: written, ...own } = rest;
  const world = readOptions<World>(site, parts, WORLD_DEFAULTS, worldChecks);
  const plan = readHedge(site, own);
  readOptions(site, { budget: written }, { budget: undefined }, { budget: orFalse(object) });
  const spend = written !== false && readBudget(nestedSite(site, 'budget'), written);
  rejectContradictions(site, { hedge: own, retry: { budget: written } }, true);
  const budget = createBudget(() => spend, world.clock);
  const policy = createHedge<Req, Res>({ ...world, plan: () => plan, budget, rules: {} });
  return (next) => {
    const hedged = neverThrows(heedAbort(policy(next)));
    return (request, call) => {
      const work = hedged(request, call);
      const refused = work.then(
        () => false,
        (error) => isRejectedError(error),
      );
      void Promise.race([refused, nextTurn()]).then((isRefused) => isRefused || budget.deposit());
      return work;
    };
  };
};

/** The policy of a normalised plan; the calls that feed its budget are counted by somebody else. */
export const createHedge = <Req, Res>(setup: HedgeSetup<Req, Res>): Policy<Req, Res> => {
  const { clock, rules } = setup;
  const isAnswer = (error: unknown): boolean => rules.isAnswer?.(error) ?? false;
  return (next) => async (request, call) => {
    call.signal.throwIfAborted();
    const isGuarded = call.servesRetry && (rules.crossHopGuard?.(request) ?? true);
    const mayHedge = call.repeatable && !isGuarded && (rules.mayHedge?.(request) ?? true);
    if (!mayHedge) return next(request, call);
    const race = createRace({ next, request, call, clock, isAnswer });
    void race.enter(undefined);
    void enterLate(setup, race, call);
    const { first, others } = await race.result;
    for (const each of others) call.journal.add(describe(each, call, rules));
    const { hedge: number, durationMs, settled } = first;
    if (number !== undefined) call.journal.note({ hedge: number, durationMs });
    if ('error' in settled) throw settled.error;
    return settled.value;
  };
};

/** Goes on from promises, not from timers: so what it starts runs in the context of its caller. Never rejects. */
const enterLate = async <Req, Res>(
  setup: HedgeSetup<Req, Res>,
  race: Race<Res>,
  call: Call,
): Promise<void> => {
  const { plan, clock, budget } = setup;
  const { afterMs, maxHedges } = plan();
  // Nothing was sent before.
  await race.letIn();
  for (let number = 1; number <= maxHedges; number += 1) {
    const isLate = await sleep(afterMs, { clock, signal: race.over }).then(
      () => true,
      () => false,
    );
    if (!isLate || abortOf(call).aborted || race.over.aborted || !budget.withdraw()) return;
    void account(setup, race.enter(number), { call, hedge: number, afterMs });
  }
};

/** A refused hedge costs nothing, and is told to nobody: refusals are there before anything else happens. */
const account = async <Req, Res>(
  { budget, events }: HedgeSetup<Req, Res>,
  refused: Promise<boolean>,
  { call, hedge: number, afterMs }: { readonly call: Call; readonly hedge: number; readonly afterMs: number },
): Promise<void> => {
  void refused.then((isRefused) => isRefused && budget.giveBack());
  const isRefused = await Promise.race([refused, nextTurn()]);
  if (isRefused || !events?.wants('attempt.hedged')) return;
  const event = { dependency: call.name, attempt: call.attempt, hedge: number, afterMs };
  events.publish('attempt.hedged', Object.freeze(event));
};

/** An attempt that takes no part in the outcome, for the journal. */
const describe = <Req, Res>(
  { hedge: number, durationMs, settled }: Finished<Res>,
  call: Call,
  { statusOf }: HedgeRules<Req, Res>,
): Attempt => ({
  number: call.attempt,
  ...(number === undefined ? {} : { hedge: number }),
  status: settled && statusOf?.(settled),
  durationMs,
  waitMs: 0,
  ...(settled === undefined
    ? { code: 'hedge-lost', reason: 'hedge-lost' }
    : describeFailure(settled.error, call)),
});
