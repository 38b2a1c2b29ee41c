export { createBackoff, type JitterArgs, jitters } from './backoff.ts';
export {
  type Backoff,
  type BackoffArgs,
  type BackoffOptions,
  type BackoffPlan,
  backoffDefaults,
  type Jitter,
  readBackoff,
} from './options.ts';
