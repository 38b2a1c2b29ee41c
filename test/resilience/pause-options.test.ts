import { describe, expect, it } from '@jest/globals';
import { PAUSE_DEFAULTS, pause } from '../../src/resilience/index.ts';
import { thrownBy } from './support.ts';

describe('the options of pause', () => {
  it('are 60 seconds at most by default, frozen', () => {
    expect(PAUSE_DEFAULTS).toEqual({ maxMs: 60_000 });
    expect(Object.isFrozen(PAUSE_DEFAULTS)).toBe(true);
  });

  it.each([{}, { maxMs: 1 }, { maxMs: 2_147_483_647 }])('take %j', (options) => {
    expect(() => pause(options)).not.toThrow();
  });

  const duration = 'must be a number of milliseconds from 1 to 2147483647';

  it.each<[object, string, string]>([
    [{ maxMs: 0 }, 'RangeError', `option "maxMs" ${duration}, but was 0`],
    [{ maxMs: 2_147_483_648 }, 'RangeError', `option "maxMs" ${duration}, but was 2147483648`],
    [{ maxMs: Number.NaN }, 'TypeError', `option "maxMs" ${duration}, but was NaN`],
    [{ maxMs: '1s' }, 'TypeError', `option "maxMs" ${duration}, but was "1s"`],
    [{ clock: {} }, 'TypeError', 'option "clock" must be a clock, but was an object'],
    [
      { events: {} },
      'TypeError',
      'option "events" must be a hub made by createEventHub(), but was an object',
    ],
    [{ ms: 5 }, 'TypeError', 'unknown option "ms"; known are maxMs'],
  ])('refuse %j with a %s', (options, name, message) => {
    expect(thrownBy(() => pause(options))).toEqual([name, `pause: ${message}`]);
  });
});
