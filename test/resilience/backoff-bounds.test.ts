import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_TIMER_MS, type Random } from '../../src/kernel/index.ts';
import { backoffAsks, createBackoff, readBackoff } from '../../src/resilience/backoff/index.ts';
import { BACKOFF_DEFAULTS, type BackoffOptions, RETRY_DEFAULTS } from '../../src/resilience/index.ts';

const site = { where: 'retry', path: 'backoff' };
const ALMOST_ONE = 1 - Number.EPSILON / 2;

const planned = (options: BackoffOptions) => createBackoff(readBackoff(site, options));
const waitOf = (options: BackoffOptions, attempt: number, random: Random, previousMs = 0): number =>
  planned(options)({ attempt, previousMs, random, error: undefined });

describe('the waits of a back-off', () => {
  it('are exactly 1000, 2000 and 4000 from a base of 1000 without jitter', () => {
    const waits = [1, 2, 3].map((attempt) =>
      waitOf({ baseMs: 1_000, jitter: 'none' }, attempt, () => ALMOST_ONE),
    );

    expect(waits).toEqual([1_000, 2_000, 4_000]);
  });

  it.each([
    ['none', 100, 800, 800],
    ['full', 100, 0, 800 * ALMOST_ONE],
    ['equal', 100, 400, 400 + 400 * ALMOST_ONE],
  ] as const)(
    'reach with %s jitter at attempt 4 from their least to their most',
    (jitter, baseMs, least, most) => {
      expect(waitOf({ baseMs, jitter }, 4, () => 0)).toBe(least);
      expect(waitOf({ baseMs, jitter }, 4, () => ALMOST_ONE)).toBe(most);
    },
  );

  it('reach with decorrelated jitter from the base to three times the wait before', () => {
    const options = { baseMs: 100, jitter: 'decorrelated' } as const;

    expect(waitOf(options, 4, () => 0, 500)).toBe(100);
    expect(waitOf(options, 4, () => ALMOST_ONE, 500)).toBe(100 + 1_400 * ALMOST_ONE);
    expect(waitOf(options, 1, () => ALMOST_ONE)).toBe(100);
  });

  const jitters = ['none', 'full', 'equal', 'decorrelated'] as const;
  const chances: readonly Random[] = [() => 0, () => ALMOST_ONE];
  const hugePlans: readonly BackoffOptions[] = [
    {},
    { baseMs: 0 },
    { baseMs: MAX_TIMER_MS },
    { minMs: MAX_TIMER_MS },
    { baseMs: Number.MIN_VALUE },
    { maxMs: 0, baseMs: 0 },
  ];

  it.each(jitters)(
    'stay a duration that a timer can count with %s jitter, at attempt 100 and far beyond',
    (jitter) => {
      const waits = hugePlans.flatMap((plan) =>
        chances.flatMap((random) =>
          [1, 31, 32, 33, 100, 1_100, Number.MAX_SAFE_INTEGER].flatMap((attempt) =>
            [0, 1, MAX_TIMER_MS, 9_999_999_000].map((previousMs) =>
              waitOf({ ...plan, jitter }, attempt, random, previousMs),
            ),
          ),
        ),
      );

      expect(waits.filter((ms) => !(ms >= 0 && ms <= MAX_TIMER_MS))).toEqual([]);
    },
  );

  it('are doubled until no timer can count them', () => {
    const plan = { baseMs: 1, maxMs: MAX_TIMER_MS, jitter: 'none' } as const;

    expect([31, 32, 33].map((attempt) => waitOf(plan, attempt, () => 0))).toEqual([
      2 ** 30,
      MAX_TIMER_MS,
      MAX_TIMER_MS,
    ]);
  });

  it('forget a long Retry-After that came before them', () => {
    const waits = chances.map((random) => waitOf({ jitter: 'decorrelated' }, 2, random, 60_000));

    expect(waits).toEqual([100, 2_000]);
  });
});

describe('the defaults of the back-offs', () => {
  it('ask for a tenth of the patience after other failures that throttling asks for', () => {
    expect(BACKOFF_DEFAULTS).toEqual({
      kind: 'exponential',
      baseMs: 100,
      minMs: 0,
      maxMs: 2_000,
      jitter: 'full',
    });
    expect(RETRY_DEFAULTS.throttleBackoff).toEqual({
      kind: 'exponential',
      baseMs: 1_000,
      minMs: 0,
      maxMs: 20_000,
      jitter: 'full',
    });
  });

  it.each([
    [{ maxMs: 50 }, { baseMs: 100, minMs: 0, maxMs: 50 }],
    [{ baseMs: 99 }, { baseMs: 99, maxMs: 2_000 }],
    [{ baseMs: 101 }, { baseMs: 101, maxMs: 2_020 }],
    [{ baseMs: MAX_TIMER_MS }, { maxMs: MAX_TIMER_MS }],
    [
      { minMs: 10, maxMs: 10, baseMs: 10 },
      { minMs: 10, maxMs: 10 },
    ],
  ])('follow what is written: %j', (written, plan) => {
    expect(readBackoff(site, written)).toMatchObject(plan);
  });

  it('let a minimum that is inherited follow a maximum that is written', () => {
    const base = readBackoff(site, { minMs: 500 });

    expect(readBackoff(site, { maxMs: 200 }, base)).toMatchObject({ minMs: 200, maxMs: 200 });
  });

  it('reject a written base above a written maximum', () => {
    expect(() => readBackoff(site, { baseMs: 20, maxMs: 10 })).toThrow(
      new RangeError('retry: option "backoff.baseMs" (20) must not exceed "backoff.maxMs" (10)'),
    );
  });
});

describe('a broken source of chance', () => {
  const { emitWarning } = process;
  const warnings: string[] = [];

  beforeEach(() => {
    warnings.length = 0;
    process.emitWarning = (text: unknown) => {
      warnings.push(String(text));
    };
  });

  afterEach(() => {
    process.emitWarning = emitWarning;
  });

  const broken: readonly [string, () => unknown][] = [
    ['NaN', () => Number.NaN],
    ['2', () => 2],
    ['-1', () => -1],
    ['Infinity', () => Number.POSITIVE_INFINITY],
    ['a text', () => '0.5'],
    ['nothing', () => undefined],
    [
      'an error',
      () => {
        throw new Error('no entropy');
      },
    ],
  ];

  it.each(broken)('that gives %s shortens no wait', (_what, give) => {
    const random = give as Random;

    const waits = (['full', 'equal', 'decorrelated'] as const).map((jitter) =>
      waitOf({ baseMs: 100, jitter }, 2, random, 50),
    );

    expect(waits).toEqual([200, 200, 150]);
  });

  it('is told of once', () => {
    const backoff = planned({});
    const args = { attempt: 1, previousMs: 0, random: () => 2, error: undefined };

    backoff(args);
    backoff(args);

    expect(warnings).toEqual(['"random" answered 2: the built-in rule decides (told once)']);
  });

  it.each([0, 1])('is none that gives %p', (chance) => {
    expect([waitOf({ baseMs: 100 }, 1, () => chance), warnings]).toEqual([100 * chance, []]);
  });

  it('leaves a function that gives no number to the default rule of its place, and tells its name', () => {
    const defaults = RETRY_DEFAULTS.throttleBackoff;
    if (typeof defaults === 'function') throw new Error('The defaults are no function');
    const backoff = createBackoff(() => Number.NaN, defaults, backoffAsks('throttleBackoff'));

    expect(backoff({ attempt: 2, previousMs: 0, random: () => 0.5, error: undefined })).toBe(1_000);
    expect(warnings).toEqual(['"throttleBackoff" answered NaN: the built-in rule decides (told once)']);
  });
});
