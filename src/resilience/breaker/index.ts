export { type Breaker, type BreakerPolicyOptions, breaker, createBreaker } from './breaker.ts';
export type { BreakerSnapshot, CircuitBreaker, LastError } from './handle.ts';
export {
  type BreakerMode,
  type BreakerOptions,
  type BreakerPlan,
  breakerDefaults,
  type CircuitState,
  readBreaker,
  type StateChange,
} from './options.ts';
