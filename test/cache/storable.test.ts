import { describe, expect, it } from '@jest/globals';
import { isStorable } from '../../src/cache/index.ts';

const good = { method: 'GET', status: 200, headers: {}, partitioned: false };

describe('isStorable', () => {
  it('keeps a 200 to GET without directives', () => {
    expect(isStorable(good)).toBe(true);
  });

  it.each([201, 204, 206, 301, 404, 500])('does not keep status %d', (status) => {
    expect(isStorable({ ...good, status })).toBe(false);
  });

  it.each(['HEAD', 'POST', 'PUT'])('does not keep an answer to %s', (method) => {
    expect(isStorable({ ...good, method })).toBe(false);
  });

  it.each(['no-store', 'No-Cache', 'no-cache="x"', 'max-age=60, must-revalidate', 'private="'])(
    'obeys Cache-Control: %s',
    (value) => {
      expect(isStorable({ ...good, partitioned: true, headers: { 'cache-control': value } })).toBe(false);
    },
  );

  it.each(['private', 'proxy-revalidate', 's-maxage=60'])('obeys %s where answers are shared', (value) => {
    const headers = { 'cache-control': value };

    const kept = [false, true].map((partitioned) => isStorable({ ...good, headers, partitioned }));

    expect(kept).toEqual([false, true]);
  });

  it('reads a Cache-Control that comes in several lines', () => {
    expect(isStorable({ ...good, headers: { 'cache-control': ['max-age=60', 'no-store'] } })).toBe(false);
  });

  it.each([
    ['set-cookie', 'a=b'],
    ['vary', 'Accept, *'],
  ])('does not keep an answer with %s', (name, value) => {
    expect(isStorable({ ...good, headers: { [name]: value } })).toBe(false);
  });
});
