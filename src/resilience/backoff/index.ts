export { backoffAsks, createBackoff, type JitterArgs, jitters } from './backoff.ts';
export {
  BACKOFF_DEFAULTS,
  type Backoff,
  type BackoffArgs,
  type BackoffOptions,
  type BackoffPlan,
  type Jitter,
  readBackoff,
  THROTTLE_BACKOFF_DEFAULTS,
  throttleBackoffFor,
} from './options.ts';
