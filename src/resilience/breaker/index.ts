export { type Breaker, type BreakerPolicyOptions, breaker, createBreaker } from './breaker.ts';
export type { BreakerSnapshot, CircuitBreaker, LastError } from './handle.ts';
export { LastFailure } from './last-failure.ts';
export {
  BREAKER_DEFAULTS,
  type BreakerKey,
  type BreakerMode,
  type BreakerOptions,
  type BreakerPlan,
  type CircuitState,
  readBreaker,
  type StateChange,
} from './options.ts';
