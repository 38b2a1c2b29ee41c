import { types } from 'node:util';
import {
  attachCause,
  attachJournal,
  isBreakwaterError,
  isUpstreamError,
  journalOf,
  UpstreamError,
  type UpstreamResponseError,
} from '../errors/index.ts';
import {
  describeValue,
  isError,
  nestedSite,
  type OptionsSite,
  readSafely,
  rejectOption,
  toError,
} from '../kernel/index.ts';
import { codesOf, PASS, type PassedMembers, passed, readPassed } from './passed-error.ts';

/**
 * Makes our error of an upstream's, a new one each time: its cause, its journal and, where it says nothing itself, its
 * `retryable` and `retryAfterMs` are written on it. `undefined` means "not mine".
 */
export type UpstreamErrorMapper = (upstream: UpstreamResponseError) => Error | undefined;

/**
 * Errors that upstream answers become, by status, problem `code` or problem `type`. `'pass'` hands on the upstream's own
 * status, code and title, `{ pass: ['needed', 'detail'] }` the listed members of its problem document besides.
 */
export type UpstreamErrorMap = Readonly<
  Record<string | number, UpstreamErrorMapper | 'pass' | PassedMembers>
>;

/** What upstream failures become: `'unavailable'` answers 503 where the default is 502. */
export type UpstreamErrors = 'unavailable' | UpstreamErrorMap;

const STATUS = /^[45]\d\d$/;
// Upstreams write codes in their own ways: OUT_OF_STOCK, outOfStock, stock.empty.
const CODE = /^\w[\w.~-]*$/;
// What looks like a code, and is meant for a range of statuses or for all the others.
const NO_CODE = /^(?:\d+|\dxx|default)$/i;
const TYPE = /[/:#]/;

/** Whether some answer of 400 to 599 may match a key. */
const canMatch = (key: string): boolean =>
  STATUS.test(key) || (CODE.test(key) && !NO_CODE.test(key)) || (TYPE.test(key) && !/\s/.test(key));

/** An entry, read. */
type Entry = UpstreamErrorMapper | PassedMembers;

/** `upstreamErrors`, read and checked. Frozen. */
export type UpstreamErrorRules = 'unavailable' | Readonly<Record<string, Entry>>;

/**
 * Copies and checks `upstreamErrors`.
 *
 * @throws TypeError or RangeError for a bad one
 */
export const readUpstreamErrors = (site: OptionsSite, given: unknown): UpstreamErrorRules => {
  if (given === 'unavailable') return given;
  // A Map has no entries of its own: all of it would be left out silently.
  if (typeof given !== 'object' || given === null || readSafely(given, Symbol.iterator) !== undefined)
    return rejectOption(site, 'upstreamErrors', '"unavailable" or a plain object', given, TypeError);
  const entries = Object.entries(given).map(([key, value]) => {
    if (!canMatch(key))
      throw new RangeError(
        `${site.where}: option "upstreamErrors" has ${describeValue(key)}, which is no error status, code or problem type`,
      );
    return [key, readEntry(nestedSite(site, 'upstreamErrors'), key, value)] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
};

const isMapper = (value: unknown): value is UpstreamErrorMapper => typeof value === 'function';

const readEntry = (site: OptionsSite, key: string, value: unknown): Entry => {
  if (isMapper(value)) return value;
  if (value === 'pass') return PASS;
  if (typeof value !== 'object' || value === null)
    return rejectOption(site, key, 'a function, "pass" or { pass: [...] }', value, TypeError);
  return readPassed(nestedSite(site, key), value);
};

const entryOf = (map: UpstreamErrorRules, upstream: UpstreamResponseError): Entry | undefined => {
  if (map === 'unavailable') return undefined;
  const keys = [...codesOf(upstream.problem), String(upstream.upstreamStatus)];
  const key = keys.find((each) => Object.hasOwn(map, each));
  return key === undefined ? undefined : map[key];
};

const makeError = (entry: Entry, upstream: UpstreamResponseError): Error | undefined => {
  try {
    const made: unknown = isMapper(entry) ? entry(upstream) : passed(upstream, entry);
    if (made === undefined || made === null || made === upstream) return undefined;
    // Nobody waits for a mapper; its rejection would end the process.
    if (types.isPromise(made)) made.catch(() => undefined);
    return isError(made)
      ? made
      : new TypeError(`"upstreamErrors" must make errors, but one gave ${describeValue(made)}`);
  } catch (thrown) {
    // Throwing the error instead of returning it means the same.
    return toError(thrown);
  }
};

/** What the upstream says of trying again stands in an error of ours that says nothing itself. */
const SAID = ['retryAfterMs', 'retryable'] as const;

const inheritSaid = (mapped: object, upstream: unknown): void => {
  if (!isBreakwaterError(mapped)) return;
  for (const name of SAID) {
    const value = readSafely(upstream, name);
    if (value === undefined || readSafely(mapped, name) !== undefined) continue;
    Reflect.defineProperty(mapped, name, { value, configurable: true, enumerable: true, writable: true });
  }
};

/** Keeps the upstream's error, its journal and its word on trying again with the error that was made of it. */
export const linkMapped = (mapped: unknown, upstream: unknown): void => {
  if (typeof mapped !== 'object' || mapped === null) return;
  attachCause(mapped, upstream);
  inheritSaid(mapped, upstream);
  const journal = journalOf(upstream);
  if (journal !== undefined && journalOf(mapped) === undefined) attachJournal(mapped, journal);
};

/** What an answer of 400 to 599 becomes by the first map that has an entry for it; `undefined` if none has. */
export const mapUpstream = (
  maps: readonly UpstreamErrorRules[],
  upstream: UpstreamResponseError,
): unknown => {
  for (const map of maps) {
    const entry = entryOf(map, upstream);
    const mapped = entry === undefined ? undefined : makeError(entry, upstream);
    if (mapped === undefined) continue;
    linkMapped(mapped, upstream);
    return mapped;
  }
  return undefined;
};

/** 503 where the error behind it would be 502: still an upstream error, with all that is known of the answer. */
class UpstreamUnavailableError extends UpstreamError {
  static {
    Object.defineProperty(UpstreamUnavailableError.prototype, 'name', { value: 'UpstreamUnavailableError' });
  }

  readonly upstreamStatus: unknown;
  readonly problem: unknown;

  constructor(cause: UpstreamError) {
    const { message, dependency, reason, retryAfterMs, retryable } = cause;
    const definition = { status: 503, code: 'dependency-unavailable' };
    super(definition, message, { cause, dependency, reason, retryAfterMs, retryable });
    this.upstreamStatus = readSafely(cause, 'upstreamStatus');
    this.problem = readSafely(cause, 'problem');
  }
}

/** Folds an upstream's 502 into 503 where `'unavailable'` asks for that. */
export const foldUnavailable = (maps: readonly UpstreamErrorRules[], error: unknown): unknown => {
  if (!maps.includes('unavailable') || !isUpstreamError(error) || error.status !== 502) return error;
  const folded = new UpstreamUnavailableError(error);
  linkMapped(folded, error);
  return folded;
};
