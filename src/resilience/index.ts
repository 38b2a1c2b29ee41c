export type {
  Backoff,
  BackoffArgs,
  BackoffOptions,
  BackoffPlan,
  Jitter,
} from './backoff/index.ts';
export type {
  BreakerMode,
  BreakerOptions,
  BreakerPlan,
  BreakerSnapshot,
  CircuitBreaker,
  CircuitState,
  LastError,
  StateChange,
} from './breaker/index.ts';
export type { BudgetOptions, BudgetPlan } from './budget/index.ts';
export type { BulkheadOptions, BulkheadPlan } from './bulkhead/index.ts';
export type { FallbackFunction, FallbackOption, FallbackPlan, FallbackWhen } from './fallback/index.ts';
export { type RetryOptions, type RetryPlan, readRetry, type ShouldRetryArgs } from './retry/index.ts';
export {
  createStack,
  type Resilience,
  type ResilienceDefaults,
  type ResilienceOptions,
  readResilience,
  type Stack,
  type StackRules,
  type StackSetup,
} from './stack/index.ts';
export { readTimeout, type TimeoutLimits, type TimeoutOptions } from './timeout/index.ts';
