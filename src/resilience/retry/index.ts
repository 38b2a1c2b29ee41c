export {
  RETRY_DEFAULTS,
  type RetryOptions,
  type RetryPlan,
  readRetry,
  type ShouldRetryArgs,
} from './options.ts';
export { describeFailure } from './record.ts';
export { createRetry, type RetryPolicyOptions, retry } from './retry.ts';
export type { RetryRules, RetrySetup } from './rules.ts';
export { stopReason } from './stop.ts';
