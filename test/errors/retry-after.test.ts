import { describe, expect, it } from '@jest/globals';
import { parseRetryAfterMs } from '../../src/errors/retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 30);

describe('parseRetryAfterMs', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 7_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 7_000],
    ['Sun Nov  6 08:49:37 1994', 7_000],
    ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
    ['99999999', 9_999_999_000],
    ['Wed, 21 Oct 2099 07:28:00 GMT', 9_999_999_000],
  ])('reads %j', (value, ms) => {
    expect(parseRetryAfterMs(value, NOW)).toBe(ms);
  });

  it.each(['', '-1', '1.5', '1e3', 'soon', '2099-01-01', 'Sun', '1, 2', undefined])('drops %j', (value) => {
    expect(parseRetryAfterMs(value, NOW)).toBeUndefined();
  });
});
