export { type AccessLogMiddleware, accessLog } from './access-log.ts';
export { ACCESS_LOG_DEFAULTS, type AccessLogOptions } from './access-options.ts';
export type { CollapseOptions } from './collapse.ts';
export { CRASH_DEFAULTS, type CrashHandlersOptions, installCrashHandlers } from './crash.ts';
export { LOG_EVENTS_DEFAULTS, type LogEventsOptions, logEvents } from './event-lines.ts';
export type { LogInputOptions } from './input.ts';
export { createLogger } from './logger.ts';
export { type CreateLoggerOptions, LOGGER_DEFAULTS, type LoggerLike, type LogStream } from './options.ts';
export type {
  AccessPrivacyOptions,
  FieldPrivacyOptions,
  HmacOptions,
  IpMode,
  UserIdMode,
} from './privacy/index.ts';
export { routeOf } from './route.ts';
export type { SampleOptions } from './sample.ts';
