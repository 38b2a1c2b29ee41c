import { describe, expect, it } from '@jest/globals';
import { publicDetail } from '../../src/errors/index.ts';
import { textsOf } from '../../src/validation/submitted.ts';

const GENERIC = 'The value is not valid';

describe('textsOf', () => {
  it.each([
    ['a value', { a: 'hunter2' }, 'no hunter2 here'],
    ['a key that is no name', { '{"p":"hunter2"}': 1 }, 'unspecified: {"p":"hunter2"}'],
    ['such a key within a list', { a: [{ 'p=hunter2': 1 }] }, 'unspecified: p=hunter2'],
  ])('finds %s', (_what, value, message) => {
    expect(publicDetail(message, textsOf(value, false))).toBe(GENERIC);
  });

  it('leaves names alone, which a schema may speak of', () => {
    expect(publicDetail('password and confirm must match', textsOf({ password: 'x1' }, false))).toBe(
      'password and confirm must match',
    );
  });

  it('finds what a header holds behind its scheme or between its separators', () => {
    const texts = textsOf({ authorization: 'Bearer abc.def', cookie: 'a=hunter2; b=2' }, true);

    expect(publicDetail('unknown token abc.def', texts)).toBe(GENERIC);
    expect(publicDetail('unknown session hunter2', texts)).toBe(GENERIC);
  });

  it('takes no words of a browser for secrets', () => {
    const texts = textsOf({ 'user-agent': 'Mozilla/5.0 (KHTML, like Gecko)' }, true);

    expect(publicDetail('must look like an id', texts)).toBe('must look like an id');
  });

  it.each([
    ['keys', Object.fromEntries(Array(2_000).entries())],
    ['items', Array(2_000).fill(1)],
  ])('gives up where there are too many %s', (_what, value) => {
    expect(textsOf(value, false)).toBeUndefined();
  });
});
