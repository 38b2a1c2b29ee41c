export {
  type Resilience,
  type ResilienceDefaults,
  type ResilienceOptions,
  readResilience,
} from './options.ts';
export { createStack, type Stack, type StackRules, type StackSetup } from './stack.ts';
