import {
  type Check,
  type Clock,
  durationMs,
  integer,
  nestedSite,
  type OptionsSite,
  object,
  orFalse,
  readOptions,
  readSafely,
} from '../kernel/index.ts';
import { createThrottle, type Throttle, type ThrottleSetup } from './throttle.ts';

/** How identical failure records are collapsed. */
export interface CollapseOptions {
  /** For how long after a record identical ones are only counted, in milliseconds. @default 10_000 */
  readonly windowMs?: number | undefined;
  /** How many kinds of failures are told apart at once. @default 1_000 */
  readonly maxKeys?: number | undefined;
}

/** Defaults of `collapse`, where it is not `false`. */
export const COLLAPSE_DEFAULTS: Required<CollapseOptions> = Object.freeze({
  windowMs: 10_000,
  maxKeys: 1_000,
});

/** `false`, or options of collapsing, before they are read. */
export const collapseLike: Check = orFalse(object);

/** What makes failures identical. */
export interface FailureKind {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly route: string | undefined;
}

const MAX_TYPE_LENGTH = 128;
const MAX_STACK_LENGTH = 8_000;
const MAX_FRAME_LENGTH = 300;
const FRAME = /^ {4}at .*$/m;

/** Class of an error, bounded. */
export const typeOf = (error: unknown): string => {
  const name = readSafely(error, 'name');
  return typeof name === 'string' ? name.slice(0, MAX_TYPE_LENGTH) : 'Error';
};

const topFrame = (error: unknown): string => {
  const stack = readSafely(error, 'stack');
  if (typeof stack !== 'string') return '';
  return (FRAME.exec(stack.slice(0, MAX_STACK_LENGTH))?.[0] ?? '').slice(0, MAX_FRAME_LENGTH);
};

/** The key under which identical failures are one: class, code, route and the place where the error was made. */
export const failureKey = ({ type, code, route }: FailureKind, error: unknown): string =>
  [type, code, route ?? '', topFrame(error)].join('\n');

/**
 * A throttle of failure records, or `undefined` for none.
 *
 * @throws TypeError or RangeError for a bad option
 */
export const createCollapse = (
  site: OptionsSite,
  given: CollapseOptions | false,
  setup: Pick<ThrottleSetup<FailureKind>, 'onHeld'> & { readonly clock: Clock },
): Throttle<FailureKind> | undefined => {
  if (given === false) return undefined;
  const options = readOptions(nestedSite(site, 'collapse'), given, COLLAPSE_DEFAULTS, {
    windowMs: durationMs(1),
    maxKeys: integer(1, 100_000),
  });
  return createThrottle({ ...options, ...setup });
};
