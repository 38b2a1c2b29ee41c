export {
  type Resilience,
  type ResilienceDefaults,
  type ResilienceOptions,
  readResilience,
} from './options.ts';
export {
  createReconfigure,
  type LivePlans,
  livePlansOf,
  type ReconfigurablePart,
  type ReconfigureOptions,
  type ReconfigureSetup,
} from './reconfigure.ts';
export type { Stack, StackRules, StackSetup } from './setup.ts';
export { createStack } from './stack.ts';
