import { describe, expect, it } from '@jest/globals';
import type { HeaderFields } from '../../../src/cache/http/fields.ts';
import { isStorable } from '../../../src/cache/http/storable.ts';

const good = { status: 200, headers: {}, requestHeaders: {}, isShared: true };
const withControl = (value: string): HeaderFields => ({ 'cache-control': value });

/** Whether it is kept in a shared cache, and in a private one. */
const kept = (change: Partial<Parameters<typeof isStorable>[0]>): readonly boolean[] =>
  [true, false].map((isShared) => isStorable({ ...good, ...change, isShared }));

const BOTH = [true, true];
const PRIVATE = [false, true];
const NONE = [false, false];

describe('isStorable', () => {
  it.each([200, 203, 204, 300, 301, 308])('keeps a %d that says nothing', (status) => {
    expect(kept({ status })).toEqual(BOTH);
  });

  it.each([201, 202, 302, 303, 307, 400, 404, 405, 410, 414, 418, 451, 499])(
    'keeps a %d only if it says for how long it is good',
    (status) => {
      const all = [
        ...[{}, withControl('public'), { 'last-modified': 'x' }],
        ...[withControl('max-age=60'), { expires: '0' }],
      ].map((headers) => kept({ status, headers }));

      expect(all).toEqual([NONE, NONE, NONE, BOTH, BOTH]);
    },
  );

  it('keeps a status by s-maxage in a shared cache alone', () => {
    expect(kept({ status: 404, headers: withControl('s-maxage=60') })).toEqual([true, false]);
  });

  it.each([100, 199, 206, 304, 401, 403, 407, 408, 421, 425, 429, 500, 502, 503, 504, 599])(
    'never keeps a %d',
    (status) => {
      expect(kept({ status, headers: withControl('public, max-age=60') })).toEqual(NONE);
    },
  );

  it.each([
    ['no-store', NONE],
    ['No-Store, max-age=60', NONE],
    ['private', PRIVATE],
    ['private="x"', PRIVATE],
    ['no-cache', BOTH],
    ['must-revalidate', BOTH],
    ['max-age=0', BOTH],
    ['max-age=60, private="', NONE],
    ['private=foo bar', NONE],
    ['"no-store"', NONE],
    ['max-age=60;private', NONE],
    [`max-age=60, x=${'x'.repeat(10_000)}`, NONE],
  ])('obeys Cache-Control: %.40s', (value, expected) => {
    expect(kept({ headers: withControl(value) })).toEqual(expected);
  });

  it('obeys a Cache-Control that comes in several lines', () => {
    expect(kept({ headers: { 'cache-control': ['max-age=60', 'no-store'] } })).toEqual(NONE);
  });

  it.each([
    ['', PRIVATE],
    ['max-age=60', PRIVATE],
    ['public', BOTH],
    ['must-revalidate', BOTH],
    ['s-maxage=60', BOTH],
    ['private, public', PRIVATE],
  ])('keeps the answer to an Authorization where it says: %s', (value, expected) => {
    const requestHeaders = { authorization: 'Bearer a' };

    expect(kept({ requestHeaders, headers: withControl(value) })).toEqual(expected);
  });

  it.each(['', 'public, max-age=60', 's-maxage=60'])(
    'keeps a cookie for one user alone, whatever is said: %s',
    (value) => {
      expect(kept({ headers: { ...withControl(value), 'set-cookie': ['a=b'] } })).toEqual(PRIVATE);
    },
  );

  it.each<[string | readonly string[], readonly boolean[]]>([
    ['Accept, Accept-Language', BOTH],
    ['*', NONE],
    ['Accept, *', NONE],
    [['Accept', '*'], NONE],
  ])('obeys Vary: %j', (vary, expected) => {
    expect(kept({ headers: { vary, 'cache-control': 'max-age=60' } })).toEqual(expected);
  });
});
