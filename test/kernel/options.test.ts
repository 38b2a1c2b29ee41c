import { describe, expect, it } from '@jest/globals';
import {
  anyOf,
  arrayOf,
  boolean,
  type Check,
  durationMs,
  func,
  integer,
  object,
  oneOf,
  orFalse,
  ratio,
  readOptions,
  rejectOption,
  text,
} from '../../src/kernel/index.ts';

const site = { where: 'retry()' };

/** Reads one option named `value`, as a factory would. */
const read = (check: Check, value: unknown): unknown =>
  readOptions<{ value?: unknown }>(site, { value }, {}, { value: check }).value;

describe('readOptions', () => {
  const defaults = Object.freeze({ maxRetries: 2, waitMs: 100 });
  const checks = { maxRetries: integer(0), waitMs: durationMs() };
  const readRetry = (given: unknown) => readOptions(site, given, defaults, checks);

  it('gives the defaults when there are no options', () => {
    expect(readRetry(undefined)).toBe(defaults);
  });

  it('puts what was given over the defaults and takes undefined as absent', () => {
    expect(readRetry({ maxRetries: 5, waitMs: undefined })).toEqual({ maxRetries: 5, waitMs: 100 });
  });

  it('gives a frozen copy and leaves what was given alone', () => {
    const given = { maxRetries: 5 };

    const options = readRetry(given);
    given.maxRetries = 7;

    expect([Object.isFrozen(options), Object.isFrozen(given), options.maxRetries]).toEqual([true, false, 5]);
  });

  it.each([
    [null, 'null'],
    [[], 'an array'],
    ['fast', '"fast"'],
    [3, '3'],
  ])('refuses %p for the options', (given, shown) => {
    expect(() => readRetry(given)).toThrow(
      new TypeError(`retry(): the options must be an object, but was ${shown}`),
    );
  });

  it('names the path when a part is no object', () => {
    const nested = { where: 'createClient()', path: 'retry' };

    expect(() => readOptions(nested, 3, defaults, checks)).toThrow(
      new TypeError('createClient(): option "retry" must be an object, but was 3'),
    );
  });

  it('reports an unknown key and names the known ones', () => {
    expect(() => readRetry({ maxRetry: 3 })).toThrow(
      new TypeError('retry(): unknown option "maxRetry"; known are maxRetries, waitMs'),
    );
  });

  it('reports an unknown key of a nested part with its place', () => {
    const nested = { where: 'createClient()', path: 'retry' };

    expect(() => readOptions(nested, { toString: 1 }, defaults, checks)).toThrow(
      new TypeError('createClient(): unknown option "toString" in "retry"; known are maxRetries, waitMs'),
    );
  });

  it('does not take an own __proto__ key for a prototype', () => {
    const given: unknown = JSON.parse('{ "__proto__": { "maxRetries": 9 } }');

    expect(() => readRetry(given)).toThrow(TypeError);
  });

  it('names factory, path, option, expectation and value of a bad nested option', () => {
    const nested = { where: 'createClient()', path: 'retry.backoff' };

    expect(() => readOptions(nested, { waitMs: -1 }, defaults, checks)).toThrow(
      new RangeError(
        'createClient(): option "retry.backoff.waitMs" must be a number of milliseconds from 0 to 2147483647, but was -1',
      ),
    );
  });
});

describe('rejectOption', () => {
  it('throws a RangeError unless told otherwise', () => {
    expect(() => rejectOption(site, 'totalMs', 'longer than "attemptMs"', 5)).toThrow(
      new RangeError('retry(): option "totalMs" must be longer than "attemptMs", but was 5'),
    );
    expect(() => rejectOption(site, 'totalMs', 'a number', 'x', TypeError)).toThrow(TypeError);
  });
});

describe('each check', () => {
  it.each<[string, Check, unknown]>([
    ['integer', integer(1, 3), 3],
    ['durationMs', durationMs(), 0.5],
    ['ratio', ratio, 1],
    ['boolean', boolean, false],
    ['text', text, 'x'],
    ['func', func, String],
    ['object', object, Object.create(null)],
    ['oneOf', oneOf('full', 'none'), 'none'],
    ['arrayOf', arrayOf(text), []],
    ['anyOf', anyOf(text, boolean), true],
    ['orFalse', orFalse(durationMs(1)), false],
  ])('takes what it should: %s', (_name, check, value) => {
    expect(read(check, value)).toBe(value);
  });

  it.each<[string, Check, unknown, new (message: string) => Error, string]>([
    ['integer', integer(1), '1', TypeError, 'a whole number of at least 1, but was "1"'],
    ['integer', integer(1), Number.NaN, TypeError, 'a whole number of at least 1, but was NaN'],
    ['integer', integer(1), 1.5, RangeError, 'a whole number of at least 1, but was 1.5'],
    ['integer', integer(1, 3), 4, RangeError, 'a whole number from 1 to 3, but was 4'],
    ['durationMs', durationMs(1), 0, RangeError, 'a number of milliseconds from 1 to 2147483647, but was 0'],
    [
      'durationMs',
      durationMs(),
      Number.POSITIVE_INFINITY,
      RangeError,
      'a number of milliseconds from 0 to 2147483647, but was Infinity',
    ],
    ['durationMs', durationMs(), 5n, TypeError, 'a number of milliseconds from 0 to 2147483647, but was 5n'],
    ['ratio', ratio, 1.1, RangeError, 'a number from 0 to 1, but was 1.1'],
    ['ratio', ratio, null, TypeError, 'a number from 0 to 1, but was null'],
    ['boolean', boolean, 'true', TypeError, 'true or false, but was "true"'],
    ['text', text, '', RangeError, 'a text that is not empty, but was ""'],
    ['text', text, 1, TypeError, 'a text that is not empty, but was 1'],
    ['func', func, {}, TypeError, 'a function, but was an object'],
    ['object', object, [], TypeError, 'an object, but was an array'],
    ['oneOf', oneOf('full', 'none'), 'half', RangeError, 'one of "full", "none", but was "half"'],
    ['oneOf', oneOf('full', 'none'), 0, TypeError, 'one of "full", "none", but was 0'],
    ['arrayOf', arrayOf(text), 'x', TypeError, 'a list, each item a text that is not empty, but was "x"'],
    [
      'arrayOf',
      arrayOf(text),
      ['x', 1],
      RangeError,
      'a list, each item a text that is not empty, but was an array',
    ],
    ['anyOf', anyOf(text, func), 1, TypeError, 'a text that is not empty or a function, but was 1'],
    ['anyOf', anyOf(text, func), '', RangeError, 'a text that is not empty or a function, but was ""'],
    ['orFalse', orFalse(ratio), true, TypeError, 'false or a number from 0 to 1, but was true'],
    ['orFalse', orFalse(ratio), 2, RangeError, 'false or a number from 0 to 1, but was 2'],
  ])('refuses what it should not take: %s', (_name, check, value, kind, words) => {
    expect(() => read(check, value)).toThrow(kind);
    expect(() => read(check, value)).toThrow(`retry(): option "value" must be ${words}`);
  });
});
