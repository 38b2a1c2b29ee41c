import { describe, expect, it } from '@jest/globals';
import {
  createUrlBuilder,
  readBaseUrl,
  type Target,
  type UrlParts,
  type UrlScope,
} from '../../src/client/url.ts';
import { readHosts } from '../../src/context/index.ts';

const site = { where: 'createClient("catalog")' };
const scope = (baseUrl: string, ...allowed: string[]) => ({
  base: readBaseUrl(site, baseUrl),
  allowedHosts: readHosts(allowed),
});
const buildUrl = (from: UrlScope, parts: UrlParts): Target => createUrlBuilder(from)(parts).target;
const at = (path: string, rest = {}): string =>
  buildUrl(scope('http://catalog:8080/api/'), { path, ...rest }).href;

describe('createUrlBuilder', () => {
  it('adds the path to the prefix of the base', () => {
    expect(at('/products/')).toBe('http://catalog:8080/api/products/');
  });

  it('encodes each parameter as one segment', () => {
    expect(at('/products/:id/parts/:part', { params: { id: 'a/b?c#d', part: 7 } })).toBe(
      'http://catalog:8080/api/products/a%2Fb%3Fc%23d/parts/7',
    );
  });

  it('leaves a colon inside a segment alone', () => {
    expect(at('/items:batch')).toBe('http://catalog:8080/api/items:batch');
  });

  it('adds the query to that of the path, repeats lists and leaves out what is not there', () => {
    expect(at('/p?a=1', { query: { b: ['x y', '&'], c: undefined, d: null, e: false } })).toBe(
      'http://catalog:8080/api/p?a=1&b=x%20y&b=%26&e=false',
    );
  });

  it.each(['', '.', '..'])('refuses the parameter %j', (id) => {
    expect(() => at('/products/:id', { params: { id } })).toThrow(TypeError);
  });

  it.each<object>([
    {},
    { toString: 'x' },
    { id: undefined },
    { id: {} },
    { id: Number.NaN },
    { id: '\ud800' },
  ])('refuses the parameters %j', (params) => {
    expect(() => at('/products/:id', { params })).toThrow(/path parameter "id"/);
  });

  it.each([
    ['/x', { id: 1 }],
    ['/x?q=:id', { id: 1 }],
    ['/:name', { name: 'a', id: 1 }],
    ['/x:id', { id: 1 }],
  ])('refuses a parameter that %s has no place for', (path, params) => {
    expect(() => at(path, { params })).toThrow(
      new TypeError('path parameter "id" has no segment of its name in the path'),
    );
  });

  it('takes a parameter that is undefined for none', () => {
    expect(at('/x', { params: { id: undefined } })).toBe('http://catalog:8080/api/x');
  });

  it('puts a parameter wherever its name stands', () => {
    expect(at('/:id/:id', { params: { id: 1 } })).toBe('http://catalog:8080/api/1/1');
  });

  it('does not take inherited properties for parameters', () => {
    expect(() => at('/x/:constructor', { params: {} })).toThrow(/missing/);
  });

  it.each([
    ...[
      '',
      'products',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/a//b',
      '/../x',
      '/a/..',
      '/./a',
    ],
    ...[
      '/%2e%2E/x',
      '/a/.%2e',
      '/a b',
      '/a\n',
      '/a#b',
      'ftp://catalog:8080/',
      'http:evil.example',
      'javascript:1',
    ],
    ...['http://evil.example/', 'http://catalog:8081/', 'https://catalog:8080/', 'http://u:p@catalog:8080/'],
    ...['http://catalog:8080@evil.example/', 'http://catalog:8080/../x', 'http://'],
  ])('refuses %j', (path) => {
    expect(() => at(path)).toThrow(TypeError);
  });

  it('takes an absolute URL to its own host', () => {
    expect(at('http://CATALOG:8080/v2/:id?x=1', { params: { id: 1 } })).toBe('http://catalog:8080/v2/1?x=1');
  });

  it.each([
    ['images', 'https://images:444/a', true],
    ['images:444', 'https://images:444/a', true],
    ['images:443', 'https://images/a', true],
    ['images:443', 'https://images:444/a', false],
    ['images', 'https://images.evil.example/a', false],
    ['[::1]:80', 'http://[::1]/a', true],
  ])('with the allowed host %s, %s is allowed: %j', (host, path, allowed) => {
    const build = () => buildUrl(scope('http://catalog', host), { path });

    if (allowed) expect(build().href).toBe(path);
    else expect(build).toThrow(/allowedHosts/);
  });
});

describe('readBaseUrl', () => {
  it.each(['catalog', 'ftp://catalog', 'http://', 'http://a/?b', 'http://a/#b', '/relative'])(
    'refuses %j',
    (baseUrl) => {
      expect(() => readBaseUrl(site, baseUrl)).toThrow(RangeError);
    },
  );

  it('refuses a password and does not repeat it', () => {
    expect(() => readBaseUrl(site, 'http://user:hunter2@catalog')).toThrow(/^(?!.*hunter2).*baseUrl/);
  });

  it.each([undefined, 7])('refuses %j by its kind', (baseUrl) => {
    expect(() => readBaseUrl(site, baseUrl)).toThrow(TypeError);
  });
});
