import { BulkheadFullError } from '../../errors/index.ts';
import type { Clock } from '../../kernel/index.ts';
import { readOptions } from '../../kernel/index.ts';
import type { Call, Policy } from '../../policy/index.ts';
import { rejectContradictions } from '../contradictions.ts';
import { type PolicyParts, splitWorld, WORLD_DEFAULTS, type World, worldChecks } from '../parts.ts';
import { abortOf, changeCall } from '../stack-call.ts';
import { neverThrows, start } from '../start.ts';
import { heedAbort } from '../timeout/index.ts';
import type { Bulkhead, BulkheadSnapshot } from './handle.ts';
import { type BulkheadOptions, type BulkheadPlan, readBulkhead } from './options.ts';
import { createSlots, type Slots } from './slots.ts';

/** Options of `bulkhead()`. */
export type BulkheadPolicyOptions = BulkheadOptions & Pick<PolicyParts, 'clock'>;

/** The policy, and the handle on its bulkhead. */
export type BulkheadPolicy<Req, Res> = Policy<Req, Res> & Bulkhead;

/** When a refused caller may try again: long enough for many slots to come free. */
const RETRY_AFTER_MS = 1_000;

/**
 * Lets a bounded number of calls run at once and a bounded number wait, first come, first served. A slot is held until
 * the work truly ends, even where its caller was told earlier (`call.hold`). Place it inside `retry()`, so that sleeping
 * retries hold no slot, and outside `breaker()`, so that its refusals are no failures of the dependency.
 *
 * @throws TypeError or RangeError for a bad option
 * @example
 * const policy = bulkhead<string, number>({ maxConcurrent: 10, maxQueue: 20, maxQueueMs: 500 });
 * policy.snapshot().active; // 0
 */
export const bulkhead = <Req, Res>(options: BulkheadPolicyOptions = {}): BulkheadPolicy<Req, Res> => {
  const { parts, rest } = splitWorld('bulkhead', options);
  const { clock } = readOptions<World>({ where: 'bulkhead' }, parts, WORLD_DEFAULTS, worldChecks);
  const plan = readBulkhead({ where: 'bulkhead' }, rest);
  rejectContradictions({ where: 'bulkhead' }, { bulkhead: rest }, true);
  const { policy, handle } = createBulkhead<Req, Res>(() => plan, clock);
  return Object.assign<Policy<Req, Res>, Bulkhead>((next) => neverThrows(policy(heedAbort(next))), handle);
};

/** A bulkhead of a normalised plan, which may change at run time. */
export const createBulkhead = <Req, Res>(
  plan: () => BulkheadPlan,
  clock: Clock,
): {
  readonly handle: Bulkhead;
  readonly policy: Policy<Req, Res>;
  /** To be told when the plan has changed: lets in who waits as far as there is room now. */
  readonly planChanged: () => void;
} => {
  const slots = createSlots(plan, clock);
  const snapshot = (): BulkheadSnapshot => {
    const { maxConcurrent, maxQueue } = plan();
    return Object.freeze({ ...slots.counts(), maxConcurrent, maxQueue });
  };
  return {
    handle: Object.freeze({ snapshot }),
    policy: bulkheadPolicy(slots, plan),
    planChanged: slots.admit,
  };
};

const bulkheadPolicy =
  <Req, Res>(slots: Slots, plan: () => BulkheadPlan): Policy<Req, Res> =>
  (next) =>
  (request, call) => {
    const signal = abortOf(call);
    const isLetIn = slots.take(signal, call.wait);
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        const { leave, hold } = holdSlot(slots, call);
        // It may have left between being let in and going on.
        const work = signal.aborted
          ? Promise.reject<Res>(signal.reason)
          : start((given, held) => next(given, changeCall(held, { hold })), request, call);
        work.then(
          (value) => {
            leave();
            resolve(value);
          },
          (error: unknown) => {
            leave();
            reject(error);
          },
        );
      };
      // To wait for what is there already is a turn for each call.
      if (isLetIn === true) enter();
      else
        Promise.resolve(isLetIn)
          .then((letIn) => (letIn ? enter() : reject(refusal(plan(), call))))
          .catch(reject);
    });
  };

/** The slot that a call was let into, until it and all that it left behind have ended. */
const holdSlot = (slots: Slots, call: Call): { readonly leave: () => void; readonly hold: Call['hold'] } => {
  let users = 1;
  const leave = (): void => {
    users -= 1;
    if (users === 0) slots.release();
  };
  const hold = (work: Promise<unknown>): void => {
    call.hold(work);
    // The slot went to somebody else already.
    if (users === 0) return;
    users += 1;
    work.then(leave, leave);
  };
  return { leave, hold };
};

const refusal = ({ maxConcurrent, maxQueue }: BulkheadPlan, { name }: Call): BulkheadFullError =>
  new BulkheadFullError(
    `The bulkhead of ${name} is full: ${maxConcurrent} calls under way, up to ${maxQueue} waiting`,
    { dependency: name, retryAfterMs: RETRY_AFTER_MS },
  );
