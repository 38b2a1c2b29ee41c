import { describe, expect, it } from '@jest/globals';
import { createCacheKeys, isCredentialHeader } from '../../src/cache/index.ts';

describe('createCacheKeys', () => {
  it('gives the same key whatever the order of the headers', () => {
    const { keyOf } = createCacheKeys();

    expect(keyOf('GET', 'http://a/', { a: '1', b: '2' })).toBe(keyOf('GET', 'http://a/', { b: '2', a: '1' }));
  });

  it.each([
    ['method', ['POST', 'http://a/', { cookie: 'x' }]],
    ['url', ['GET', 'http://a/?b', { cookie: 'x' }]],
    ['credential', ['GET', 'http://a/', { cookie: 'y' }]],
    ['header boundaries', ['GET', 'http://a/', { cookie: '', x: '' }]],
  ] as const)('gives another key for another %s', (_what, [method, url, headers]) => {
    const { keyOf } = createCacheKeys();

    expect(keyOf(method, url, headers)).not.toBe(keyOf('GET', 'http://a/', { cookie: 'x' }));
  });

  it('shows no credential, and no digest that another cache would make', () => {
    const key = createCacheKeys().keyOf('GET', 'http://a/', { authorization: 'Bearer a.b.c' });

    expect(key).not.toContain('a.b.c');
    expect(key).not.toBe(createCacheKeys().keyOf('GET', 'http://a/', { authorization: 'Bearer a.b.c' }));
  });
});

describe('isCredentialHeader', () => {
  it.each([
    'authorization',
    'cookie',
    'proxy-authorization',
    'x-api-key',
    'x-session-id',
    'x-amz-security-token',
  ])('knows %s', (name) => {
    expect(isCredentialHeader(name)).toBe(true);
  });

  it.each(['accept', 'user-agent', 'x-tenant'])('passes %s', (name) => {
    expect(isCredentialHeader(name)).toBe(false);
  });
});
