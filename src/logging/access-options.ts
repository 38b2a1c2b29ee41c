import type { LoggerOptions } from 'pino';
import { type EventHub, hubLike } from '../events/index.ts';
import {
  type Clock,
  clockLike,
  durationMs,
  type OptionsSite,
  oneOf,
  orFalse,
  readOptions,
  systemClock,
} from '../kernel/index.ts';
import { INPUT_DEFAULTS, inputLike, type LogInputOptions } from './input.ts';
import { type LoggerLike, logger as loggerCheck } from './options.ts';
import { ACCESS_PRIVACY_DEFAULTS, type AccessPrivacyOptions, accessPrivacyChecks } from './privacy/index.ts';
import { SAMPLE_DEFAULTS, type SampleOptions, sampleLike } from './sample.ts';

/** Options of `accessLog()`. */
export interface AccessLogOptions extends AccessPrivacyOptions {
  /** The logger of `createLogger()`, or what it takes as `logger`. @default {} a new one, to stdout */
  readonly logger?: LoggerOptions | LoggerLike | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /**
   * Hub of the app's `problemHandler()` and clients: where it is given, a line knows the `code` of its failure and the
   * `deps` of its request.
   *
   * @default none
   */
  readonly events?: EventHub | undefined;
  /** What of a request's input its line shows where the level of the logger is `debug` or below. @default nothing */
  readonly input?: LogInputOptions | undefined;
  /** From how long a request counts as slow, in milliseconds; `false`: none does. @default 5_000 */
  readonly slowRequestMs?: number | false | undefined;
  /**
   * Share of the lines that are kept, 0 to 1, chosen by trace id; those of requests that failed, were slow or whose client
   * left are always kept.
   *
   * @default { rate: 1 } every line
   */
  readonly sample?: number | SampleOptions | undefined;
  /** Level of one more line as a request comes in; `false`: there is none. @default false */
  readonly start?: 'debug' | 'info' | false | undefined;
}

/** The options as `accessLog()` uses them. */
export type AccessLogSettings = Omit<Required<AccessLogOptions>, 'events' | 'hmac'> &
  Pick<AccessLogOptions, 'events' | 'hmac'>;

/** Defaults of `accessLog()`. */
export const ACCESS_LOG_DEFAULTS: AccessLogSettings = Object.freeze<AccessLogSettings>({
  logger: Object.freeze({}),
  clock: systemClock,
  events: undefined,
  input: INPUT_DEFAULTS,
  slowRequestMs: 5_000,
  sample: SAMPLE_DEFAULTS,
  start: false,
  ...ACCESS_PRIVACY_DEFAULTS,
});

/**
 * Checks and completes the options of `accessLog()`.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const readAccessLogOptions = (
  site: OptionsSite,
  given: AccessLogOptions | undefined,
): AccessLogSettings =>
  readOptions<AccessLogSettings>(site, given, ACCESS_LOG_DEFAULTS, {
    logger: loggerCheck,
    clock: clockLike,
    events: hubLike,
    input: inputLike,
    slowRequestMs: orFalse(durationMs()),
    sample: sampleLike,
    start: orFalse(oneOf('debug', 'info')),
    ...accessPrivacyChecks,
  });
