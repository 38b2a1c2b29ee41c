export {
  type Resilience,
  type ResilienceDefaults,
  type ResilienceOptions,
  readResilience,
} from './options.ts';
export type { Stack, StackRules, StackSetup } from './setup.ts';
export { createStack } from './stack.ts';
