export { heedAbort } from './heed-abort.ts';
export { readTimeout, TIMEOUT_DEFAULTS, type TimeoutLimits, type TimeoutOptions } from './options.ts';
export {
  attemptTimeout,
  isTimeUp,
  type TimeoutLimit,
  type TimeoutPolicyOptions,
  timeout,
  totalTimeout,
} from './timeout.ts';
