import { describe, expect, it } from '@jest/globals';
import { publicDetail, submittedTexts } from '../../src/errors/index.ts';

const GENERIC = 'The value is not valid';

describe('submittedTexts', () => {
  it.each([
    ['a value', { a: 'hunter2' }, 'no hunter2 here'],
    ['a key that is no name', { '{"p":"hunter2"}': 1 }, 'unspecified: {"p":"hunter2"}'],
    ['such a key within a list', { a: [{ 'p=hunter2': 1 }] }, 'unspecified: p=hunter2'],
  ])('finds %s', (_what, value, message) => {
    expect(publicDetail(message, submittedTexts(value, false))).toBe(GENERIC);
  });

  it.each([
    ['a text trimmed', ' hunter2 secret ', 'no tenant hunter2 secret'],
    ['a short text trimmed', ' x1y ', 'no tenant x1y'],
    ['a text in quotes trimmed', ' a"b"c ', 'no tenant "a\\"b\\"c"'],
    ['what is before a colon', 'hunter:b', 'no user hunter'],
    ['what is behind a slash', 'a/hunter', 'no user HUNTER'],
    ['an item of a list', 'ab, hunter; cd|ef="hunting"', 'not hunting'],
    ['a piece with a backslash', 'a b\\\\cd', JSON.stringify('no b\\\\cd')],
    ['what is no word of a long text', `${'ab '.repeat(20)}x@y.example`, 'unknown: x@y.example'],
    ['a text that a list holds', ['a:hunter'], 'no user hunter'],
  ])('finds %s', (_what, text, message) => {
    expect(publicDetail(message, submittedTexts({ a: text }, false))).toBe(GENERIC);
  });

  it.each([
    ['a piece of three characters', 'two:abc', 'must not be abc'],
    ['nothing but space', '  ', 'Say  who you are'],
    ['a word of a long text', 'please send the parcel to our place before noon', 'Say a place'],
    ['a piece of an overlong text', `hunter:${'x'.repeat(1_000)}`, 'no user hunter'],
    ['a word that libraries use', 'string theory', 'Invalid input: expected number, received string'],
  ])('does not look for %s', (_what, text, message) => {
    expect(publicDetail(message, submittedTexts({ a: text }, false))).toBe(message);
  });

  it('gives up where there are too many pieces', () => {
    expect(submittedTexts(Array(900).fill('some thing else'), false)).toBeUndefined();
  });

  it('leaves names alone, which a schema may speak of', () => {
    expect(publicDetail('password and confirm must match', submittedTexts({ password: 'x1' }, false))).toBe(
      'password and confirm must match',
    );
  });

  it('finds what a header holds behind its scheme or between its separators', () => {
    const texts = submittedTexts({ authorization: 'Bearer abc.def', cookie: 'a=hunter2; b=2' }, true);

    expect(publicDetail('unknown token abc.def', texts)).toBe(GENERIC);
    expect(publicDetail('unknown session hunter2', texts)).toBe(GENERIC);
  });

  it('takes no words of a browser for secrets', () => {
    const texts = submittedTexts({ 'user-agent': 'Mozilla/5.0 (KHTML, like Gecko)' }, true);

    expect(publicDetail('must look like an id', texts)).toBe('must look like an id');
  });

  it.each([
    ['keys', Object.fromEntries(Array(2_000).entries())],
    ['items', Array(2_000).fill(1)],
  ])('gives up where there are too many %s', (_what, value) => {
    expect(submittedTexts(value, false)).toBeUndefined();
  });
});
