import { types } from 'node:util';
import {
  attachJournal,
  BusinessError,
  isUpstreamError,
  journalOf,
  type ProblemBody,
  ServiceUnavailableError,
  TechnicalError,
  type UpstreamResponseError,
} from '../errors/index.ts';
import {
  describeValue,
  isError,
  type OptionsSite,
  readSafely,
  rejectOption,
  toError,
} from '../kernel/index.ts';

/** Makes our error of an upstream's; `undefined` means "not mine". */
export type UpstreamErrorMapper = (upstream: UpstreamResponseError) => Error | undefined;

/**
 * Errors that upstream answers become, by status, problem `code` or problem `type`. `'pass'` hands on the upstream's own
 * status, code and title.
 */
export type UpstreamErrorMap = Readonly<Record<string | number, UpstreamErrorMapper | 'pass'>>;

/** What upstream failures become: `'unavailable'` answers 503 where the default is 502. */
export type UpstreamErrors = 'unavailable' | UpstreamErrorMap;

const STATUS = /^[45]\d\d$/;
const CODE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MAX_CODE = 64;
const MAX_TITLE = 120;
// Line breaks and the like: the title goes into answers and log lines.
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * Copies and checks `upstreamErrors`.
 *
 * @throws TypeError or RangeError for a bad one
 */
export const readUpstreamErrors = (site: OptionsSite, given: unknown): UpstreamErrors => {
  if (given === 'unavailable') return given;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return rejectOption(site, 'upstreamErrors', '"unavailable" or an object', given, TypeError);
  const entries = Object.entries(given);
  for (const [key, value] of entries) {
    if (/^\d+$/.test(key) && !STATUS.test(key))
      throw new RangeError(
        `${site.where}: option "upstreamErrors" has ${describeValue(key)}, which is no error status`,
      );
    if (value !== 'pass' && typeof value !== 'function')
      rejectOption(site, `upstreamErrors.${key}`, 'a function or "pass"', value, TypeError);
  }
  return Object.freeze(Object.fromEntries(entries));
};

const lastSegment = (type: string): string =>
  type.slice(Math.max(type.lastIndexOf('/'), type.lastIndexOf(':')) + 1);

const codesOf = (problem: ProblemBody | undefined): readonly string[] => {
  const { code, type } = problem ?? {};
  const texts = [type, code, type === undefined ? undefined : lastSegment(type)];
  return texts.filter((text) => typeof text === 'string');
};

class PassedBusinessError extends BusinessError {
  static {
    Object.defineProperty(PassedBusinessError.prototype, 'name', { value: 'PassedBusinessError' });
  }
}

class PassedTechnicalError extends TechnicalError {
  static {
    Object.defineProperty(PassedTechnicalError.prototype, 'name', { value: 'PassedTechnicalError' });
  }
}

/** The upstream's own error as ours: nothing of its text but the title, which belongs to the type. */
const pass = (upstream: UpstreamResponseError): Error => {
  const { problem, retryAfterMs } = upstream;
  // Only answers of 400 to 599 are mapped.
  const status = upstream.upstreamStatus ?? 502;
  const code = codesOf(problem).find((text) => text.length <= MAX_CODE && CODE.test(text));
  const title =
    code === undefined ? undefined : problem?.title?.replace(CONTROLS, ' ').trim().slice(0, MAX_TITLE);
  const definition = code === undefined ? { status } : { status, code, ...(title ? { title } : {}) };
  const options = { cause: upstream, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return status < 500
    ? new PassedBusinessError(definition, undefined, options)
    : new PassedTechnicalError(definition, undefined, options);
};

const entryOf = (
  map: UpstreamErrors,
  upstream: UpstreamResponseError,
): UpstreamErrorMap[string] | undefined => {
  if (map === 'unavailable') return undefined;
  const keys = [...codesOf(upstream.problem), String(upstream.upstreamStatus)];
  const key = keys.find((each) => Object.hasOwn(map, each));
  return key === undefined ? undefined : map[key];
};

const makeError = (
  entry: UpstreamErrorMapper | 'pass',
  upstream: UpstreamResponseError,
): Error | undefined => {
  try {
    const made: unknown = entry === 'pass' ? pass(upstream) : entry(upstream);
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

/** Keeps the upstream's error and its journal with the error that was made of it. */
export const linkMapped = (mapped: unknown, upstream: unknown): void => {
  if (typeof mapped !== 'object' || mapped === null) return;
  // A frozen error stays as it is: Reflect answers false.
  if (readSafely(mapped, 'cause') === undefined)
    Reflect.defineProperty(mapped, 'cause', { value: upstream, configurable: true, writable: true });
  const journal = journalOf(upstream);
  if (journal !== undefined && journalOf(mapped) === undefined) attachJournal(mapped, journal);
};

/** What an answer of 400 to 599 becomes by the first map that has an entry for it; `undefined` if none has. */
export const mapUpstream = (maps: readonly UpstreamErrors[], upstream: UpstreamResponseError): unknown => {
  for (const map of maps) {
    const entry = entryOf(map, upstream);
    const mapped = entry === undefined ? undefined : makeError(entry, upstream);
    if (mapped === undefined) continue;
    linkMapped(mapped, upstream);
    return mapped;
  }
  return undefined;
};

/** Folds an upstream's 502 into 503 where `'unavailable'` asks for that. */
export const foldUnavailable = (maps: readonly UpstreamErrors[], error: unknown): unknown => {
  if (!maps.includes('unavailable') || !isUpstreamError(error) || error.status !== 502) return error;
  const { message, retryAfterMs } = error;
  const folded = new ServiceUnavailableError(message, {
    code: 'dependency-unavailable',
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  linkMapped(folded, error);
  return folded;
};
