import { createSecureContext } from 'node:tls';
import { type Check, describeValue, type OptionsSite, readSafely } from '../kernel/index.ts';

/** Times that are `timeout`'s, and what makes a client's connections its own. */
export type OwnKeys = 'headersTimeout' | 'bodyTimeout' | 'connectTimeout' | 'factory' | 'interceptors';

/** Whose matter a time is that undici would keep too. */
const OURS: Readonly<Record<string, string>> = Object.freeze({
  headersTimeout: 'timeout.attemptMs',
  bodyTimeout: 'timeout.attemptMs',
  connectTimeout: 'timeout.connectMs',
  timeout: 'timeout.connectMs',
});
const NOT_OURS_TO_GIVE: readonly string[] = ['factory', 'interceptors', 'clientFactory'];

/** Any value: what is to be said of it is said elsewhere. */
export const anything: Check = { expects: 'anything', type: () => true };

/** Whether `value` is an object that is no list. */
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Refuses what the client decides itself.
 *
 * @throws TypeError
 */
export const refuseOurs = ({ where }: OptionsSite, path: string, given: unknown): void => {
  for (const [key, ours] of Object.entries(OURS)) {
    if (readSafely(given, key) !== undefined)
      throw new TypeError(`${where}: option "${path}.${key}" must be written as "${ours}"`);
  }
  for (const key of NOT_OURS_TO_GIVE) {
    if (readSafely(given, key) !== undefined)
      throw new TypeError(`${where}: option "${path}.${key}" is the client's own`);
  }
};

/**
 * Refuses options of other names than those of `checks`, and bad values. None is repeated: it may be a key or a password.
 *
 * @throws TypeError
 */
export const checkKnown = (
  { where }: OptionsSite,
  path: string,
  given: object,
  checks: Readonly<Record<string, Check>>,
): void => {
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, key)) {
      const known = Object.keys(checks).join(', ');
      throw new TypeError(`${where}: unknown option ${describeValue(key)} in "${path}"; known are ${known}`);
    }
    const { expects, type, range } = checks[key] ?? anything;
    if (value !== undefined && !(type(value) && (range?.(value) ?? true)))
      throw new TypeError(`${where}: option "${path}.${key}" must be ${expects}`);
  }
};

/** The option that Node names as the bad one. */
const namedBy = (error: unknown): string => {
  const [, name] = /^The "?options\.(\w+)"? property/.exec(String(readSafely(error, 'message'))) ?? [];
  return name === undefined ? '' : `.${name}`;
};

/**
 * Tries authorities, certificates and keys of a TLS connection. Node looks at them when the first connection is made,
 * which would be too late; names that are none of Node's stay unseen, as each version has others.
 *
 * @throws TypeError
 */
export const checkTls = ({ where }: OptionsSite, path: string, given: object | undefined): void => {
  if (given === undefined || readSafely(given, 'secureContext') !== undefined) return;
  try {
    createSecureContext(given);
  } catch (error) {
    // Neither its message nor itself as a cause: they may repeat a value.
    const code = readSafely(error, 'code');
    const why = typeof code === 'string' ? `: ${code}` : '';
    throw new TypeError(`${where}: option "${path}${namedBy(error)}" cannot be used for TLS${why}`);
  }
};
