import { describe, expect, it } from '@jest/globals';
import { readTimeout, TIMEOUT_DEFAULTS, timeout } from '../../src/resilience/index.ts';
import { thrownBy } from './support.ts';

describe('timeout options', () => {
  const site = { where: 'createClient', path: 'timeout' };

  it('bring a default attempt down with a written total', () => {
    expect(readTimeout(site, { totalMs: 2_000 })).toEqual({ totalMs: 2_000, attemptMs: 2_000 });
  });

  it('raise a default total with a written attempt', () => {
    expect(readTimeout(site, { attemptMs: 20_000 })).toEqual({ totalMs: 20_000, attemptMs: 20_000 });
  });

  it('take what a call does not write from its client', () => {
    const base = { totalMs: 500, attemptMs: 200 };

    expect(readTimeout(site, { totalMs: 100 }, base)).toEqual({ totalMs: 100, attemptMs: 100 });
  });

  it('are switched off by false', () => {
    expect(readTimeout(site, false)).toEqual({ totalMs: undefined, attemptMs: undefined });
  });

  it('reject two written values that contradict each other, naming both', () => {
    expect(() => readTimeout(site, { totalMs: 100, attemptMs: 200 })).toThrow(
      new RangeError(
        'createClient: option "timeout.attemptMs" (200) must not exceed "timeout.totalMs" (100)',
      ),
    );
  });

  it('are the defaults where nothing is written, frozen', () => {
    const read = [readTimeout(site, undefined), readTimeout(site, {})];

    expect(read).toEqual([
      { totalMs: 10_000, attemptMs: 3_000 },
      { totalMs: 10_000, attemptMs: 3_000 },
    ]);
    expect([...read, TIMEOUT_DEFAULTS, readTimeout(site, false)].every(Object.isFrozen)).toBe(true);
  });

  it('may be the same for both', () => {
    const same = { totalMs: 500, attemptMs: 500 };

    expect(readTimeout(site, same)).toEqual(same);
  });

  it.each([
    [
      { totalMs: undefined, attemptMs: 200 },
      { totalMs: 100, attemptMs: 200 },
    ],
    [
      { totalMs: 100, attemptMs: undefined },
      { totalMs: 100, attemptMs: undefined },
    ],
  ])('set no limit that is neither written nor in %j', (base, expected) => {
    const written = expected.attemptMs === undefined ? {} : { totalMs: 200 };

    expect(readTimeout(site, written, base)).toEqual({ ...base, ...written });
  });

  it.each([
    { totalMs: 1, attemptMs: 1 },
    { totalMs: 2_147_483_647, attemptMs: 2_147_483_647 },
  ])('take %j', (options) => {
    expect(readTimeout(site, options)).toEqual(options);
  });

  const duration = 'must be a number of milliseconds from 1 to 2147483647';

  it.each<[object, string, string]>([
    [{ totalMs: 0 }, 'RangeError', `option "timeout.totalMs" ${duration}, but was 0`],
    [{ attemptMs: 0 }, 'RangeError', `option "timeout.attemptMs" ${duration}, but was 0`],
    [{ totalMs: 2_147_483_648 }, 'RangeError', `option "timeout.totalMs" ${duration}, but was 2147483648`],
    [
      { attemptMs: 2_147_483_648 },
      'RangeError',
      `option "timeout.attemptMs" ${duration}, but was 2147483648`,
    ],
    [{ totalMs: '1s' }, 'TypeError', `option "timeout.totalMs" ${duration}, but was "1s"`],
    [{ attemptMs: Number.NaN }, 'TypeError', `option "timeout.attemptMs" ${duration}, but was NaN`],
    [{ ms: 5 }, 'TypeError', 'unknown option "ms" in "timeout"; known are totalMs, attemptMs'],
  ])('refuse %j with a %s', (options, name, message) => {
    expect(thrownBy(() => readTimeout(site, options))).toEqual([name, `createClient: ${message}`]);
  });
});

describe('the options of timeout', () => {
  it.each<Parameters<typeof timeout>[0]>([
    { ms: 0.001 },
    { ms: 500, scope: 'attempt' },
    { ms: 500, scope: 'total' },
    { ms: () => undefined },
  ])('take %j', (options) => {
    expect(typeof timeout(options)).toBe('function');
  });

  const limit = 'option "ms" must be a number of milliseconds or a function';

  it.each<[object, string, string]>([
    [{}, 'TypeError', `${limit}, but was undefined`],
    [{ ms: '1s' }, 'TypeError', `${limit}, but was "1s"`],
    [{ ms: 0 }, 'RangeError', `${limit}, but was 0`],
    [{ ms: -1 }, 'RangeError', `${limit}, but was -1`],
    [{ ms: Number.NaN }, 'RangeError', `${limit}, but was NaN`],
    [
      { ms: 5, scope: 'call' },
      'RangeError',
      'option "scope" must be one of "attempt", "total", but was "call"',
    ],
    [{ ms: 5, scope: 1 }, 'TypeError', 'option "scope" must be one of "attempt", "total", but was 1'],
    [{ ms: 5, clock: {} }, 'TypeError', 'option "clock" must be a clock, but was an object'],
    [{ ms: 5, total: 1 }, 'TypeError', 'unknown option "total"; known are clock, random, events, ms, scope'],
  ])('refuse %j with a %s', (options, name, message) => {
    // What a caller without types can write.
    expect(thrownBy(() => timeout(options as { ms: number }))).toEqual([name, `timeout: ${message}`]);
  });
});
