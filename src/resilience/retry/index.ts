export {
  type RetryOptions,
  type RetryPlan,
  readRetry,
  retryDefaults,
  type ShouldRetryArgs,
} from './options.ts';
