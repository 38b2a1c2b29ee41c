import {
  anyOf,
  boolean,
  type Check,
  type Clock,
  clockLike,
  durationMs,
  readOptions,
  rejectOption,
  systemClock,
} from '../kernel/index.ts';
import type { ErrorHandler } from './handler.ts';
import { isProblemHandler } from './marks.ts';

/** Options of `requestDeadline()`. */
export interface RequestDeadlineOptions {
  /** Time that a request has from here on, in milliseconds. */
  readonly ms: number;
  /**
   * Whether a caller may ask for less in a header, in milliseconds: `true` for `X-Request-Timeout-Ms`, or the name of
   * another. It never gets more than `ms`; whatever is no whole number of at least 1 counts for nothing.
   *
   * @default false
   */
  readonly header?: boolean | string | undefined;
  /** What answers when the time is up. @default the `problemHandler()` of the app, else one without options */
  readonly problemHandler?: ErrorHandler | undefined;
  /** Time; the same as that of the clients, which keep to the deadline. @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** Options as the middleware uses them. */
export interface RequestDeadlineSettings {
  readonly ms: number;
  /** Lower-case name of the header, or `undefined` for none. */
  readonly header: string | undefined;
  readonly problemHandler: ErrorHandler | undefined;
  readonly clock: Clock;
}

/** Request header by which a caller says how long it waits, in milliseconds. */
export const REQUEST_TIMEOUT_HEADER = 'X-Request-Timeout-Ms';

/** Defaults of `requestDeadline()`; `ms` has none. */
export const REQUEST_DEADLINE_DEFAULTS = Object.freeze({
  header: false,
  problemHandler: undefined,
  clock: systemClock,
});

const WHERE = 'requestDeadline';
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

const headerName: Check = {
  expects: 'the name of a header',
  type: (value) => typeof value === 'string',
  range: (value) => NAME.test(String(value)),
};

const checks = {
  ms: durationMs(1),
  header: anyOf(boolean, headerName),
  problemHandler: { expects: 'made by problemHandler()', type: isProblemHandler },
  clock: clockLike,
};

const nameOf = (header: boolean | string): string | undefined => {
  if (header === false) return undefined;
  return (header === true ? REQUEST_TIMEOUT_HEADER : header).toLowerCase();
};

interface Read {
  readonly ms: number | undefined;
  readonly header: boolean | string;
  readonly problemHandler: ErrorHandler | undefined;
  readonly clock: Clock;
}

/**
 * Checks and completes the options.
 *
 * @throws TypeError or RangeError for an option that is unknown, missing or wrong
 */
export const readRequestDeadlineOptions = (given: RequestDeadlineOptions): RequestDeadlineSettings => {
  const defaults: Read = { ms: undefined, ...REQUEST_DEADLINE_DEFAULTS };
  const { ms, header, problemHandler, clock } = readOptions<Read>({ where: WHERE }, given, defaults, checks);
  if (ms === undefined) return rejectOption({ where: WHERE }, 'ms', checks.ms.expects, ms, TypeError);
  return Object.freeze({ ms, header: nameOf(header), problemHandler, clock });
};
