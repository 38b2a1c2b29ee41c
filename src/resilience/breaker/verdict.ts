import type { Clock } from '../../kernel/index.ts';
import type { CircuitPlan } from './options.ts';
import { brokenRule, isRateReached, mayReachRate, type OpeningRule, openingPercentage } from './rules.ts';
import { createTripwire, type Tripwire } from './tripwire.ts';
import { createCallWindow, createTimeWindow, type OutcomeWindow, type Sums } from './window.ts';

/** Counts the outcomes of one closed period and says when it must end. */
export interface Verdict {
  /** Counts an outcome. @returns the rule by which it opened the circuit, `undefined` if it did not */
  record(failed: boolean, slow: boolean): OpeningRule | undefined;
  /** What the window holds. */
  sums(): Sums;
}

/**
 * An empty window. Over time, opossum counts too, and gives the verdict of the failure rate when a call failed. It has no
 * other rule, no window of calls and no look at successes: these are ours and call its `open()`. It is there, and asked, when
 * failures come near the threshold, so that a circuit is small and its calls cost next to nothing: a failure that opossum
 * judges costs 10 µs on Node 24.
 */
export const createVerdict = (name: string, live: () => CircuitPlan, clock: Clock): Verdict => {
  let opossum: Tripwire | undefined;
  let counting: { readonly overTime: boolean; readonly window: OutcomeWindow } | undefined;
  let failuresInARow = 0;

  const windowOf = ({ windowCalls }: CircuitPlan): OutcomeWindow => {
    const overTime = windowCalls === false;
    if (counting?.overTime !== overTime) {
      opossum = undefined;
      const window = overTime
        ? createTimeWindow(clock, (buckets) => opossum?.rotate(buckets))
        : createCallWindow();
      counting = { overTime, window };
    }
    return counting.window;
  };

  return {
    record: (failed, slow) => {
      const plan = live();
      const size = sizeOf(plan);
      const window = windowOf(plan);
      const overTime = plan.windowCalls === false;
      const isJudged = overTime && failed && mayReachRate(plan, window.sums(size));
      if (isJudged) opossum ??= createTripwire(name, window.parts(size));
      const sums = window.add(size, failed, slow);
      if (sums.failures === 0) opossum = undefined;
      if (isJudged && opossum?.failed(openingPercentage(plan, sums))) return 'failure-rate';
      if (overTime && !isJudged) opossum?.passed(failed);
      failuresInARow = failed ? failuresInARow + 1 : 0;
      const rule =
        !isJudged && isRateReached(plan, sums) ? 'failure-rate' : brokenRule(plan, sums, failuresInARow);
      if (rule === undefined) return undefined;
      opossum ??= createTripwire(name, []);
      return opossum.open() ? rule : undefined;
    },
    sums: () => {
      const plan = live();
      return windowOf(plan).sums(sizeOf(plan));
    },
  };
};

const sizeOf = ({ windowCalls, windowMs }: CircuitPlan): number =>
  windowCalls === false ? windowMs : windowCalls;
