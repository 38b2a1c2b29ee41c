export {
  type Backoff,
  type BackoffArgs,
  type BackoffOptions,
  type BackoffPlan,
  backoffDefaults,
  type Jitter,
} from './backoff/index.ts';
export {
  type Breaker,
  type BreakerMode,
  type BreakerOptions,
  type BreakerPlan,
  type BreakerPolicyOptions,
  type BreakerSnapshot,
  breaker,
  breakerDefaults,
  type CircuitBreaker,
  type CircuitState,
  type LastError,
  type StateChange,
} from './breaker/index.ts';
export { type BudgetOptions, type BudgetPlan, budgetDefaults } from './budget/index.ts';
export {
  type BulkheadOptions,
  type BulkheadPlan,
  type BulkheadPolicyOptions,
  bulkhead,
  bulkheadDefaults,
} from './bulkhead/index.ts';
export {
  type FallbackFunction,
  type FallbackOption,
  type FallbackPlan,
  type FallbackWhen,
  fallback,
} from './fallback/index.ts';
export {
  type RetryOptions,
  type RetryPlan,
  type RetryPolicyOptions,
  readRetry,
  retry,
  retryDefaults,
  type ShouldRetryArgs,
} from './retry/index.ts';
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
export {
  readTimeout,
  type TimeoutLimit,
  type TimeoutLimits,
  type TimeoutOptions,
  type TimeoutPolicyOptions,
  timeout,
  timeoutDefaults,
} from './timeout/index.ts';
