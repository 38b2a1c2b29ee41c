import { MAX_TIMER_MS } from './clock.ts';
import { describeValue, readSafely } from './thrown.ts';

/** What one option must be: words for the message, and the test itself. */
export interface Check {
  /** Completes the sentence "option x must be …". */
  readonly expects: string;
  /** Wrong kind of value: answered by a TypeError. */
  readonly type: (value: unknown) => boolean;
  /** Right kind, value not allowed: answered by a RangeError. */
  readonly range?: ((value: unknown) => boolean) | undefined;
}

/** Where options were given: the factory's name, and the path of nested ones. */
export interface OptionsSite {
  readonly where: string;
  readonly path?: string | undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nameOf = (site: OptionsSite, key: string): string => (site.path ? `${site.path}.${key}` : key);

/** The site of the options nested under `key`. */
export const nestedSite = (site: OptionsSite, key: string): OptionsSite => ({
  where: site.where,
  path: nameOf(site, key),
});

/**
 * Throws the error of a bad option: it names the factory, the option, what was expected and what was received.
 *
 * @throws TypeError for a value of the wrong kind, RangeError for one that is not allowed
 */
export const rejectOption = (
  site: OptionsSite,
  key: string,
  expects: string,
  received: unknown,
  kind = RangeError,
): never => {
  throw new kind(
    `${site.where}: option "${nameOf(site, key)}" must be ${expects}, but was ${describeValue(received)}`,
  );
};

/** Throws the RangeError of two written options that contradict each other: it names both, with their values. */
export const rejectPair = (
  site: OptionsSite,
  [key, value]: readonly [string, number],
  [limitKey, limit]: readonly [string, number],
): never => {
  const pair = `"${nameOf(site, key)}" (${value}) must not exceed "${nameOf(site, limitKey)}" (${limit})`;
  throw new RangeError(`${site.where}: option ${pair}`);
};

/**
 * Copies, checks and freezes options. `undefined` counts as absent and takes the default.
 *
 * @throws TypeError for an unknown key or a value of the wrong kind, RangeError for a value out of range
 */
export const readOptions = <T extends object>(
  site: OptionsSite,
  given: unknown,
  defaults: T,
  checks: { readonly [K in keyof T]-?: Check },
): Readonly<T> => {
  if (given === undefined) return defaults;
  if (!isObject(given)) {
    const what = site.path ? `option "${site.path}"` : 'the options';
    throw new TypeError(`${site.where}: ${what} must be an object, but was ${describeValue(given)}`);
  }
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(checks, key)) throw new TypeError(unknownKey(site, key, Object.keys(checks)));
  }
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(defaults));
  for (const [key, check] of Object.entries<Check>(checks)) {
    const value = given[key];
    if (value === undefined) continue;
    if (!check.type(value)) rejectOption(site, key, check.expects, value, TypeError);
    if (check.range && !check.range(value)) rejectOption(site, key, check.expects, value);
    result[key] = value;
  }
  // Each key of T stands in checks and was tested there, or comes from the defaults.
  return Object.freeze(result) as Readonly<T>;
};

const unknownKey = ({ where, path }: OptionsSite, key: string, known: readonly string[]): string => {
  const options = known.length > 0 ? `; known are ${known.join(', ')}` : '';
  return `${where}: unknown option ${describeValue(key)}${path ? ` in "${path}"` : ''}${options}`;
};

const within = (min: number, max: number) => (value: unknown) => Number(value) >= min && Number(value) <= max;
const isNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);

/** A whole number from `min` to `max`, both included. */
export const integer = (min: number, max: number = Number.MAX_SAFE_INTEGER): Check => ({
  expects: `a whole number ${max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`}`,
  type: isNumber,
  range: (value) => Number.isInteger(value) && within(min, max)(value),
});

/** A duration in milliseconds, from `min` to the longest that a timer can count. */
export const durationMs = (min = 0): Check => ({
  expects: `a number of milliseconds from ${min} to ${MAX_TIMER_MS}`,
  type: isNumber,
  range: within(min, MAX_TIMER_MS),
});

/** A number from 0 to 1. */
export const ratio: Check = { expects: 'a number from 0 to 1', type: isNumber, range: within(0, 1) };

/** `true` or `false`. */
export const boolean: Check = { expects: 'true or false', type: (value) => typeof value === 'boolean' };

/** A text that is not empty. */
export const text: Check = {
  expects: 'a text that is not empty',
  type: (value) => typeof value === 'string',
  range: (value) => value !== '',
};

/** A function. */
export const func: Check = { expects: 'a function', type: (value) => typeof value === 'function' };

/** An object that is no array. */
export const object: Check = { expects: 'an object', type: isObject };

/** An object that has these functions. */
export const withMethods = (expects: string, ...names: readonly string[]): Check => ({
  expects,
  type: (value) => names.every((name) => typeof readSafely(value, name) === 'function'),
});

/** A clock. */
export const clockLike: Check = withMethods('a clock', 'now', 'wallTime', 'setTimer');

/** One of the listed texts. */
export const oneOf = (...allowed: readonly string[]): Check => ({
  expects: `one of ${allowed.map((each) => `"${each}"`).join(', ')}`,
  type: (value) => typeof value === 'string',
  range: (value) => allowed.includes(String(value)),
});

const passes = (check: Check, value: unknown): boolean => check.type(value) && (check.range?.(value) ?? true);

/** A list, each of whose items passes `check`. */
export const arrayOf = (check: Check): Check => ({
  expects: `a list, each item ${check.expects}`,
  type: Array.isArray,
  range: (value) => Array.isArray(value) && value.every((item) => passes(check, item)),
});

/** A value that passes one of `checks`. */
export const anyOf = (...checks: readonly Check[]): Check => ({
  expects: checks.map((check) => check.expects).join(' or '),
  type: (value) => checks.some((check) => check.type(value)),
  range: (value) => checks.some((check) => passes(check, value)),
});

/** `false`, which switches the part off, or a value that passes `check`. */
export const orFalse = (check: Check): Check =>
  anyOf({ expects: 'false', type: (value) => value === false }, check);
