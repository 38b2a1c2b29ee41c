import { describe, expect, it } from '@jest/globals';
import { durationOf, parseCacheControl } from '../../../src/cache/http/cache-control.ts';

const durationIn = (field: string, name: string): number | undefined =>
  durationOf(parseCacheControl(field) ?? new Map(), name);

describe('parseCacheControl', () => {
  it.each<[string, [string, string][]]>([
    ['', []],
    [' \t', []],
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
    ['no-store \t', [['no-store', '']]],
    [
      'a="\\"", b',
      [
        ['a', '\\"'],
        ['b', ''],
      ],
    ],
    [
      'x="\u00fc", no-store',
      [
        ['x', '\u00fc'],
        ['no-store', ''],
      ],
    ],
    ['max-age=1, max-age=1', [['max-age', '1']]],
  ])('reads %j', (value, directives) => {
    expect([...(parseCacheControl(value) ?? [])]).toEqual(directives);
  });

  it.each([
    'private="',
    'private="set-cookie',
    'private="\\"',
    'private=foo bar',
    'private=',
    'private="a"b',
    '"no-store"',
    'no cache',
    'max-age = 60',
    'max-age= 60',
    'max-age=60;public',
    'a=b=c',
    '=1',
    'm\u00e4x-age=60',
    'max-age=\u0661',
    'no-store\n',
    'no-store\0',
  ])('does not parse %j', (value) => {
    expect(parseCacheControl(value)).toBeUndefined();
  });

  it('reads a field of 8 kB, and none that is longer', () => {
    const fields = [8_192, 8_193].map((length) => 'x,'.repeat(length).slice(0, length));

    expect(fields.map((field) => parseCacheControl(field)?.size)).toEqual([1, undefined]);
  });
});

describe('durationOf', () => {
  it.each([
    ['max-age=0', 0],
    ['max-age=60', 60_000],
    ['max-age="60"', 60_000],
    ['max-age=007', 7_000],
    ['max-age=2147483648', 2_147_483_648_000],
    ['max-age=99999999999999999999999999', 2_147_483_648_000],
    [`max-age=${'9'.repeat(400)}`, 2_147_483_648_000],
  ])('reads %s', (field, ms) => {
    expect(durationIn(field, 'max-age')).toBe(ms);
  });

  it.each([
    'max-age',
    'max-age=""',
    'max-age=1e9',
    'max-age=0x10',
    'max-age=-1',
    'max-age=+1',
    'max-age=1.5',
    'max-age=Infinity',
    'max-age=" 60"',
    'max-age="60s"',
    'max-age=1,max-age=9999',
    'max-age=9999,max-age=1',
    'max-age=60,max-age',
  ])('takes %s for none', (field) => {
    expect(durationIn(field, 'max-age')).toBe(0);
  });

  it('tells a directive that is not there from one of 0', () => {
    expect(durationIn('s-maxage=1', 'max-age')).toBeUndefined();
  });

  it('takes what its reader says for a value that is none', () => {
    const control = parseCacheControl('min-fresh=soon') ?? new Map();

    expect(durationOf(control, 'min-fresh', 7)).toBe(7);
  });
});
