export { createHedge, type HedgePolicyOptions, type HedgeRules, hedge } from './hedge.ts';
export { isHedgeLost } from './lost.ts';
export { HEDGE_DEFAULTS, type HedgeOptions, type HedgePlan, readHedge } from './options.ts';
