import { describe, expect, it } from '@jest/globals';
import { BULKHEAD_DEFAULTS, type BulkheadPolicyOptions, bulkhead } from '../../src/resilience/index.ts';
import { thrownBy } from './support.ts';

describe('the options of bulkhead', () => {
  it('are 100 under way and 200 waiting as long as they like by default, frozen', () => {
    expect(bulkhead().snapshot()).toMatchObject({ maxConcurrent: 100, maxQueue: 200 });
    expect(BULKHEAD_DEFAULTS).toEqual({ maxConcurrent: 100, maxQueue: 200, maxQueueMs: undefined });
    expect(Object.isFrozen(BULKHEAD_DEFAULTS)).toBe(true);
  });

  it.each<BulkheadPolicyOptions>([
    { maxConcurrent: 1, maxQueue: 0, maxQueueMs: 0 },
    { maxConcurrent: 9_007_199_254_740_991, maxQueue: 9_007_199_254_740_991, maxQueueMs: 2_147_483_647 },
  ])('take %j', (options) => {
    expect(() => bulkhead(options)).not.toThrow();
  });

  const duration = 'must be a number of milliseconds from 0 to 2147483647';

  it.each<[object, string, string]>([
    [
      { maxConcurrent: 0 },
      'RangeError',
      'option "maxConcurrent" must be a whole number of at least 1, but was 0',
    ],
    [
      { maxConcurrent: 1.5 },
      'RangeError',
      'option "maxConcurrent" must be a whole number of at least 1, but was 1.5',
    ],
    [
      { maxConcurrent: '5' },
      'TypeError',
      'option "maxConcurrent" must be a whole number of at least 1, but was "5"',
    ],
    [{ maxQueue: -1 }, 'RangeError', 'option "maxQueue" must be a whole number of at least 0, but was -1'],
    [{ maxQueue: 0.5 }, 'RangeError', 'option "maxQueue" must be a whole number of at least 0, but was 0.5'],
    [
      { maxQueue: false },
      'TypeError',
      'option "maxQueue" must be a whole number of at least 0, but was false',
    ],
    [{ maxQueueMs: -1 }, 'RangeError', `option "maxQueueMs" ${duration}, but was -1`],
    [{ maxQueueMs: 2_147_483_648 }, 'RangeError', `option "maxQueueMs" ${duration}, but was 2147483648`],
    [{ maxQueueMs: Number.NaN }, 'TypeError', `option "maxQueueMs" ${duration}, but was NaN`],
    [{ clock: {} }, 'TypeError', 'option "clock" must be a clock, but was an object'],
    [{ max: 5 }, 'TypeError', 'unknown option "max"; known are maxConcurrent, maxQueue, maxQueueMs'],
  ])('refuse %j with a %s', (options, name, message) => {
    expect(thrownBy(() => bulkhead(options))).toEqual([name, `bulkhead: ${message}`]);
  });
});
