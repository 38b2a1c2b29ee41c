export { readTimeout, type TimeoutLimits, type TimeoutOptions, timeoutDefaults } from './options.ts';
export {
  attemptTimeout,
  isTimeUp,
  type TimeoutLimit,
  type TimeoutPolicyOptions,
  timeout,
  totalTimeout,
} from './timeout.ts';
