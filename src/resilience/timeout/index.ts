export { readTimeout, type TimeoutLimits, type TimeoutOptions, timeoutDefaults } from './options.ts';
