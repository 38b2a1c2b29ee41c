import { describe, expect, it } from '@jest/globals';
import { parseCacheControl } from '../../src/cache/index.ts';

describe('parseCacheControl', () => {
  it.each([
    ['', []],
    ['max-age=60', [['max-age', '60']]],
    [
      'No-CaChE , private',
      [
        ['no-cache', ''],
        ['private', ''],
      ],
    ],
    [
      'private="set-cookie, x", max-age="5"',
      [
        ['private', 'set-cookie, x'],
        ['max-age', '5'],
      ],
    ],
    [', ,public,', [['public', '']]],
  ])('reads %j', (value, directives) => {
    expect([...(parseCacheControl(value) ?? [])]).toEqual(directives);
  });

  it.each(['private="', 'max-age = 60', 'no cache', 'a=b=c', '"private"', 'max-age=60;public'])(
    'does not parse %j',
    (value) => {
      expect(parseCacheControl(value)).toBeUndefined();
    },
  );

  it('gives up on hostile input in linear time', () => {
    expect(parseCacheControl(`${' '.repeat(1_000_000)}"`)).toBeUndefined();
  });
});
