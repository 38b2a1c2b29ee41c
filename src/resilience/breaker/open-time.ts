import type { Random } from '../../kernel/index.ts';
import type { CircuitPlan } from './options.ts';

/**
 * How long a circuit stays open, in milliseconds: `openMs` exactly the first time, then longer with each failed trial up
 * to `maxOpenMs`, and cut at random by up to `openJitter`, so that it never exceeds the cap and fleets do not try in step.
 *
 * @param opens how many times the circuit has opened since it was last closed, this time included
 */
export const openTimeMs = (plan: CircuitPlan, opens: number, random: Random): number => {
  if (opens <= 1) return plan.openMs;
  const grown = Math.min(plan.maxOpenMs, plan.openMs * plan.openGrowth ** (opens - 1));
  return grown * (1 - plan.openJitter * random());
};
