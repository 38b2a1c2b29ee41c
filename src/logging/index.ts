export { type AccessLogMiddleware, accessLog } from './access-log.ts';
export { ACCESS_LOG_DEFAULTS, type AccessLogOptions } from './access-options.ts';
export type { CollapseOptions } from './collapse.ts';
export { CRASH_DEFAULTS, type CrashHandlersOptions, installCrashHandlers } from './crash.ts';
export { LOG_EVENTS_DEFAULTS, type LogEventsOptions, logEvents } from './event-lines.ts';
export type { FlightRecorderOptions } from './flight-recorder.ts';
export { createGetLogger, type GetLogger, type LoggerLevels } from './get-logger.ts';
export type { LogInputOptions } from './input.ts';
export { createLogger } from './logger.ts';
export { type CreateLoggerOptions, LOGGER_DEFAULTS, type LoggerLike, type LogStream } from './options.ts';
export type { LogPreset } from './presets/index.ts';
export type {
  AccessPrivacyOptions,
  FieldPrivacyOptions,
  HmacOptions,
  IpMode,
  UserIdMode,
} from './privacy/index.ts';
export { loggerOf } from './request-logger.ts';
export { routeOf } from './route.ts';
export type { SampleOptions } from './sample.ts';
