export { createAsk, isYesOrNo } from './ask.ts';
export {
  BACKOFF_DEFAULTS,
  type Backoff,
  type BackoffArgs,
  type BackoffOptions,
  type BackoffPlan,
  type Jitter,
} from './backoff/index.ts';
export {
  BREAKER_DEFAULTS,
  type Breaker,
  type BreakerKey,
  type BreakerMode,
  type BreakerOptions,
  type BreakerPlan,
  type BreakerPolicyOptions,
  type BreakerSnapshot,
  breaker,
  type CircuitBreaker,
  type CircuitState,
  type LastError,
  type StateChange,
} from './breaker/index.ts';
export { BUDGET_DEFAULTS, type BudgetOptions, type BudgetPlan } from './budget/index.ts';
export {
  BULKHEAD_DEFAULTS,
  type Bulkhead,
  type BulkheadOptions,
  type BulkheadPlan,
  type BulkheadPolicy,
  type BulkheadPolicyOptions,
  type BulkheadSnapshot,
  bulkhead,
} from './bulkhead/index.ts';
export {
  type BulkheadFigures,
  type CircuitFigures,
  type ExplainSetup,
  type Explanation,
  explain,
} from './explain/index.ts';
export {
  type Anything,
  type FallbackFunction,
  type FallbackOption,
  type FallbackPlan,
  type FallbackWhen,
  fallback,
  type IfFits,
} from './fallback/index.ts';
export {
  HEDGE_DEFAULTS,
  type HedgeOptions,
  type HedgePlan,
  type HedgePolicyOptions,
  hedge,
} from './hedge/index.ts';
export type { PolicyParts } from './parts.ts';
export {
  PAUSE_DEFAULTS,
  type PauseOptions,
  type PausePlan,
  type PausePolicyOptions,
  pause,
} from './pause/index.ts';
export {
  RETRY_DEFAULTS,
  type RetryOptions,
  type RetryPlan,
  type RetryPolicyOptions,
  readRetry,
  retry,
  type ShouldRetryArgs,
} from './retry/index.ts';
export {
  createReconfigure,
  createStack,
  type LivePlans,
  livePlansOf,
  type ReconfigurablePart,
  type ReconfigureOptions,
  type Resilience,
  type ResilienceDefaults,
  type ResilienceOptions,
  readResilience,
  type Stack,
  type StackRules,
  type StackSetup,
} from './stack/index.ts';
export { abortOf, beginStackCall } from './stack-call.ts';
export {
  readTimeout,
  TIMEOUT_DEFAULTS,
  type TimeoutLimit,
  type TimeoutLimits,
  type TimeoutOptions,
  type TimeoutPolicyOptions,
  timeout,
  totalTimeout,
} from './timeout/index.ts';
export { nextTurn } from './turn.ts';
export { mergeWritten } from './written.ts';
