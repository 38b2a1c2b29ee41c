import { describe, expect, it } from '@jest/globals';
import { changedUrls, isUnsafe } from '../../../src/cache/http/invalidation.ts';

const TARGET = new URL('http://a.example/things/1?x=1');

describe('isUnsafe', () => {
  it.each([
    ['GET', false],
    ['HEAD', false],
    ['OPTIONS', false],
    ['TRACE', false],
    ['POST', true],
    ['PUT', true],
    ['PATCH', true],
    ['DELETE', true],
    ['get', true],
    ['PURGE', true],
  ])('knows whether %s may change anything', (method, expected) => {
    expect(isUnsafe(method)).toBe(expected);
  });
});

describe('changedUrls', () => {
  it('names the target', () => {
    expect(changedUrls(TARGET, {})).toEqual([TARGET.href]);
  });

  it.each([
    ['/things/2', 'http://a.example/things/2'],
    ['2', 'http://a.example/things/2'],
    ['?x=2', 'http://a.example/things/1?x=2'],
    ['//a.example/b', 'http://a.example/b'],
    ['HTTP://A.EXAMPLE:80/b', 'http://a.example/b'],
  ])('names %s of the same origin, in Location and in Content-Location', (reference, url) => {
    const named = ['location', 'content-location'].map((name) => changedUrls(TARGET, { [name]: reference }));

    expect(named).toEqual(Array(2).fill([TARGET.href, url]));
  });

  it.each([
    'http://b.example/things/2',
    'https://a.example/things/2',
    'http://a.example:8080/things/2',
    'http://a.example.b.example/',
    '//b.example/',
    'http://a.example@b.example/',
    'javascript:alert(1)',
    'http://[',
  ])('leaves %s alone', (reference) => {
    const headers = { location: reference, 'content-location': reference };

    expect(changedUrls(TARGET, headers)).toEqual([TARGET.href]);
  });

  it('names each URL once', () => {
    const headers = { location: '/b', 'content-location': '/b' };

    expect(changedUrls(TARGET, headers)).toEqual([TARGET.href, 'http://a.example/b']);
  });
});
