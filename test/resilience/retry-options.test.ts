import { describe, expect, it } from '@jest/globals';
import {
  type BackoffOptions,
  type BudgetOptions,
  RETRY_DEFAULTS,
  type RetryOptions,
  type RetryPolicyOptions,
  readRetry,
  retry,
} from '../../src/resilience/index.ts';

const MAX_MS = 2_147_483_647;
const duration = (min = 0) => `a number of milliseconds from ${min} to ${MAX_MS}`;
const rule = 'an object or a function';

describe('retry options › where nothing is written', () => {
  it('make two retries, spend a budget and leave the retries of others alone', () => {
    expect(RETRY_DEFAULTS).toMatchObject({
      maxRetries: 2,
      budget: { ratio: 0.2, minPerSecond: 10, windowMs: 10_000 },
      shouldRetry: undefined,
      crossHopGuard: true,
    });
  });

  it('are those of whom they change', () => {
    const base = readRetry({ where: 'retry' }, { maxRetries: 7 });

    expect(readRetry({ where: 'retry' }, undefined, base)).toBe(base);
  });
});

describe('retry options › written ones', () => {
  it.each<RetryOptions>([
    { maxRetries: 0 },
    { maxRetries: 100 },
    { budget: false },
    { crossHopGuard: false },
    { shouldRetry: () => true },
    { backoff: () => 5, throttleBackoff: () => 7 },
  ])('are taken as they are: %o', (written) => {
    expect(readRetry({ where: 'retry' }, written)).toEqual({ ...RETRY_DEFAULTS, ...written });
  });

  it.each<readonly [Partial<BackoffOptions>]>([
    [{ kind: 'constant' }],
    [{ baseMs: 0 }],
    [{ minMs: 0 }],
    [{ maxMs: MAX_MS, baseMs: MAX_MS, minMs: MAX_MS }],
    [{ maxMs: 0 }],
    [{ jitter: 'none' }],
    [{ jitter: 'equal' }],
    [{ jitter: 'decorrelated' }],
  ])('of a back-off are taken as they are: %o', (written) => {
    const { backoff, throttleBackoff } = readRetry(
      { where: 'retry' },
      { backoff: written, throttleBackoff: written },
    );

    expect([backoff, throttleBackoff]).toMatchObject([written, written]);
  });

  it.each<readonly [BudgetOptions]>([
    [{ ratio: 0 }],
    [{ ratio: 1 }],
    [{ minPerSecond: 0 }],
    [{ minPerSecond: 1_000_000 }],
    [{ windowMs: 1 }],
    [{ windowMs: MAX_MS }],
  ])('of the budget leave the rest to its defaults: %o', (written) => {
    const { budget } = readRetry({ where: 'retry' }, { budget: written });

    expect(budget).toEqual({ ratio: 0.2, minPerSecond: 10, windowMs: 10_000, ...written });
  });

  it('of a budget that was switched off leave the rest to the defaults', () => {
    const base = readRetry({ where: 'retry' }, { budget: false });

    expect(readRetry({ where: 'retry' }, { budget: { ratio: 0.5 } }, base).budget).toEqual({
      ratio: 0.5,
      minPerSecond: 10,
      windowMs: 10_000,
    });
  });

  it('leave the budget of whom they change alone, on or off', () => {
    const on = readRetry({ where: 'retry' }, { budget: { ratio: 0.5 } });
    const off = readRetry({ where: 'retry' }, { budget: false });

    const budgets = [on, off].map((base) => readRetry({ where: 'retry' }, { maxRetries: 1 }, base).budget);

    expect(budgets).toEqual([{ ratio: 0.5, minPerSecond: 10, windowMs: 10_000 }, false]);
  });
});

describe('retry options › what is refused', () => {
  const bad: readonly (readonly [option: string, expects: string, ...values: readonly unknown[]])[] = [
    ['maxRetries', 'a whole number from 0 to 100', -1, 101, 1.5, '3', null],
    ['backoff', rule, 5, null, 'fast', false],
    ['throttleBackoff', rule, 5, null, 'fast', false],
    ['budget', 'false or an object', true, 5, null],
    ['shouldRetry', 'a function', true, {}],
    ['crossHopGuard', 'true or false', 1, 'no'],
    ['clock', 'a clock', 7, {}],
    ['random', 'a function', 0.5],
    ['events', 'a hub made by createEventHub()', {}, true],
    ...['backoff', 'throttleBackoff'].flatMap(
      (place) =>
        [
          [`${place}.kind`, 'one of "exponential", "constant"', 'linear', 1],
          [`${place}.baseMs`, duration(), -1, MAX_MS + 1, '5'],
          [`${place}.minMs`, duration(), -1, MAX_MS + 1, Number.NaN],
          [`${place}.maxMs`, duration(), -1, MAX_MS + 1, null],
          [`${place}.jitter`, 'one of "none", "full", "equal", "decorrelated"', 'some', true],
        ] as const,
    ),
    ['budget.ratio', 'a number from 0 to 1', -0.1, 1.1, '0.2'],
    ['budget.minPerSecond', 'a number from 0 to 1000000', -1, 1_000_001, '5', Number.NaN],
    ['budget.windowMs', duration(1), 0, MAX_MS + 1, '5'],
  ];
  const cases = bad.flatMap(([option, expects, ...values]) =>
    values.map((value) => [option, value, expects] as const),
  );
  // What a caller without types can write.
  const written = (option: string, value: unknown) =>
    option.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as RetryPolicyOptions;

  it.each(cases)('is told by option, value and what it must be: %s %p', (option, value, expects) => {
    const shown = typeof value === 'string' ? `"${value}"` : typeof value === 'object' ? '' : String(value);

    expect(() => retry(written(option, value))).toThrow(
      `retry: option "${option}" must be ${expects}, but was ${shown}`,
    );
  });

  it.each([
    ['backoff', 'kind, baseMs, minMs, maxMs, jitter'],
    ['throttleBackoff', 'kind, baseMs, minMs, maxMs, jitter'],
    ['budget', 'ratio, minPerSecond, windowMs'],
  ])('is what %s does not know', (place, known) => {
    expect(() => retry(written(`${place}.delay`, 5))).toThrow(
      new TypeError(`retry: unknown option "delay" in "${place}"; known are ${known}`),
    );
  });
});
