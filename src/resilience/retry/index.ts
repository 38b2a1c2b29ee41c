export {
  RETRY_DEFAULTS,
  type RetryOptions,
  type RetryPlan,
  readRetry,
  type ShouldRetryArgs,
} from './options.ts';
export { createRetry, type RetryPolicyOptions, type RetryRules, type RetrySetup, retry } from './retry.ts';
export { stopReason } from './stop.ts';
