import { describe, expect, it } from '@jest/globals';
import { MAX_TIMER_MS } from '../../src/kernel/index.ts';
import { readBreaker } from '../../src/resilience/breaker/index.ts';
import { type BreakerPolicyOptions, breaker } from '../../src/resilience/index.ts';

const site = { where: 'createClient', path: 'breaker' };
// What a caller without types can write.
const read = (options: unknown) => readBreaker(site, options as object);

const ABOVE_ONE = 1 + Number.EPSILON;
const WHOLE = 'a whole number of at least 1';
const KEYS = 'a whole number from 1 to 100000';
const SHARE = 'a number from 0 to 1';
const ms = (least: number): string => `a number of milliseconds from ${least} to ${MAX_TIMER_MS}`;

/** A number's smallest and largest value, and the first that is refused on each side. */
interface Bounds {
  readonly key: string;
  readonly words: string;
  readonly least: number;
  readonly most: number;
  readonly below: number;
  readonly above: number;
}

const share = { words: SHARE, least: 0, most: 1, below: -Number.MIN_VALUE, above: ABOVE_ONE };
const count = { words: WHOLE, least: 1, most: Number.MAX_SAFE_INTEGER, below: 0, above: 1.5 };
const keys = { words: KEYS, least: 1, most: 100_000, below: 0, above: 100_001 };
const time = { words: ms(1), least: 1, most: MAX_TIMER_MS, below: 0, above: MAX_TIMER_MS + 1 };
const orFalse = (bounds: Omit<Bounds, 'key'>) => ({ ...bounds, words: `false or ${bounds.words}` });

const ALWAYS: readonly Bounds[] = [
  { key: 'minimumCalls', ...count },
  { key: 'windowMs', ...time, words: ms(10), least: 10, below: 9 },
  { key: 'slowCallRateThreshold', ...share },
  { key: 'openMs', ...time },
  {
    key: 'openGrowth',
    words: 'a number from 1 to 10',
    ...{ least: 1, most: 10, below: 1 - Number.EPSILON, above: 10.000_001 },
  },
  { key: 'maxOpenMs', ...time },
  { key: 'openJitter', ...share },
  {
    key: 'halfOpenCalls',
    words: 'a whole number from 1 to 1000',
    least: 1,
    most: 1_000,
    below: 0,
    above: 1_001,
  },
  {
    key: 'halfOpenFailureRate',
    ...{ ...share, words: 'a number from 0 to less than 1', most: 1 - Number.EPSILON, above: 1 },
  },
  { key: 'maxKeys', ...keys },
];
const RULES: readonly Bounds[] = [
  { key: 'failureRateThreshold', ...orFalse(share) },
  { key: 'failureThreshold', ...orFalse(count) },
  { key: 'consecutiveFailures', ...orFalse(count) },
  { key: 'windowCalls', ...orFalse(keys) },
  { key: 'slowCallMs', ...orFalse(time) },
];
const NUMBERS = [...ALWAYS, ...RULES];

describe('a number of the breaker', () => {
  it.each(NUMBERS)('is taken from $least to $most: $key', ({ key, least, most }) => {
    expect([read({ [key]: least }), read({ [key]: most })]).toMatchObject([
      { [key]: least },
      { [key]: most },
    ]);
  });

  it.each(NUMBERS)(
    'is refused as $below and $above, with option, expectation and value: $key',
    ({ key, words, below, above }) => {
      for (const value of [below, above])
        expect(() => read({ [key]: value })).toThrow(
          new RangeError(`createClient: option "breaker.${key}" must be ${words}, but was ${value}`),
        );
    },
  );

  it.each(NUMBERS)('is refused where it is no number: $key', ({ key, words }) => {
    for (const [value, told] of [
      ['1', '"1"'],
      [Number.NaN, 'NaN'],
      [true, 'true'],
    ])
      expect(() => read({ [key]: value })).toThrow(
        new TypeError(`createClient: option "breaker.${key}" must be ${words}, but was ${told}`),
      );
  });

  it.each(RULES)('is left out by false where it is a rule: $key', ({ key }) => {
    const others = { failureThreshold: 1, consecutiveFailures: 1 };

    expect(read({ ...others, [key]: false })).toMatchObject({ [key]: false });
  });

  it.each(ALWAYS)('cannot be left out where it is none: $key', ({ key, words }) => {
    expect(() => read({ [key]: false })).toThrow(
      new TypeError(`createClient: option "breaker.${key}" must be ${words}, but was false`),
    );
  });
});

describe('a word of the breaker', () => {
  const key = (): undefined => undefined;

  it.each([
    { mode: 'enforce' },
    { mode: 'observe' },
    { mode: 'disabled' },
    { scope: 'attempt' },
    { scope: 'call' },
    { key: 'client' },
    { key: 'host' },
    { key },
    { onStateChange: key },
  ])('is taken: %p', (options) => {
    expect(read(options)).toMatchObject(options);
  });

  const KEY = 'one of "client", "host" or a function';
  it.each<[string, unknown, string, ErrorConstructor]>([
    ['mode', 'off', 'one of "enforce", "observe", "disabled", but was "off"', RangeError],
    ['mode', false, 'one of "enforce", "observe", "disabled", but was false', TypeError],
    ['scope', 'all', 'one of "attempt", "call", but was "all"', RangeError],
    ['scope', 1, 'one of "attempt", "call", but was 1', TypeError],
    ['key', 'user', `${KEY}, but was "user"`, RangeError],
    ['key', 7, `${KEY}, but was 7`, TypeError],
    ['onStateChange', 'log', 'a function, but was "log"', TypeError],
  ])('%s is refused as %p, with option, expectation and value', (option, value, rest, Kind) => {
    expect(() => read({ [option]: value })).toThrow(
      new Kind(`createClient: option "breaker.${option}" must be ${rest}`),
    );
  });
});

describe('options of the breaker', () => {
  it('are refused where a key is unknown', () => {
    expect(() => read({ resetTimeout: 1 })).toThrow(
      /^createClient: unknown option "resetTimeout" in "breaker"; known are failureRateThreshold, .*, onStateChange$/,
    );
  });

  it('are refused where they are no object', () => {
    expect(() => read(5)).toThrow(
      new TypeError('createClient: option "breaker" must be an object, but was 5'),
    );
  });

  it.each<[string, unknown, string, ErrorConstructor]>([
    ['name', '', 'a text that is not empty, but was ""', RangeError],
    ['name', 7, 'a text that is not empty, but was 7', TypeError],
    ['classify', 'failure', 'a function, but was "failure"', TypeError],
    ['clock', {}, 'a clock, but was an object', TypeError],
    ['random', 0.5, 'a function, but was 0.5', TypeError],
    ['openMs', 0, `${ms(1)}, but was 0`, RangeError],
  ])('are named by breaker() too: %s as %p', (option, value, rest, Kind) => {
    // What a caller without types can write.
    const options = { name: 'catalog', [option]: value } as BreakerPolicyOptions<string>;

    expect(() => breaker(options)).toThrow(new Kind(`breaker: option "${option}" must be ${rest}`));
  });

  it('are refused by breaker() where a key is unknown', () => {
    const options = { name: 'catalog', resetTimeout: 1 };

    expect(() => breaker(options)).toThrow(/^breaker: unknown option "resetTimeout"; known are /);
  });
});
