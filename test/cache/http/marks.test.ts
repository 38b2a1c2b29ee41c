import { describe, expect, it } from '@jest/globals';
import {
  cacheStatusMember,
  type Handling,
  markHeaders,
  sfItem,
  staleMark,
} from '../../../src/cache/http/marks.ts';

const MISS: Handling = {
  status: 'miss',
  ageMs: 0,
  staleForMs: 0,
  reason: undefined,
  storedAt: undefined,
  key: undefined,
  ttlMs: 0,
  stored: false,
  collapsed: false,
  forward: undefined,
};
const STALE: Handling = { ...MISS, status: 'stale', ageMs: 9_900, ttlMs: -1_000, reason: 'circuit-open' };
const WARNING = '110 - "Response is Stale"';

describe('sfItem', () => {
  it.each([
    ['catalog', 'catalog'],
    ['*.example:80/a', '*.example:80/a'],
    ['my cache', '"my cache"'],
    ['1st', '"1st"'],
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['a;hit', '"a;hit"'],
    ['a, b', '"a, b"'],
    ['caf\u00e9\r\nx: y', '"caf???x: y"'],
  ])('writes %j so that it parses', (text, item) => {
    expect(sfItem(text)).toBe(item);
  });
});

describe('cacheStatusMember', () => {
  it.each<[string, Partial<Handling>, string]>([
    ['what is kept', { status: 'hit', ttlMs: 376_000 }, 'c; hit; ttl=376'],
    ['what is kept, in whole seconds', { status: 'hit', ttlMs: 1_999 }, 'c; hit; ttl=1'],
    ['a miss', {}, 'c; fwd=uri-miss'],
    ['a miss that is kept now', { stored: true }, 'c; fwd=uri-miss; stored'],
    ['what came with another request', { collapsed: true }, 'c; fwd=uri-miss; collapsed'],
    ['another variant', { forward: 'vary-miss', stored: true }, 'c; fwd=vary-miss; stored'],
    ['what was asked for on request', { forward: 'request' }, 'c; fwd=request'],
    [
      'what was confirmed',
      { status: 'revalidated', forward: 'stale', stored: true, collapsed: true },
      'c; fwd=stale; fwd-status=304; stored; collapsed',
    ],
    ['what is stale', { ...STALE, ttlMs: -412_000 }, 'c; hit; ttl=-412; detail=circuit-open'],
    ['what is stale by a moment', { ...STALE, ttlMs: -1 }, 'c; hit; ttl=-1; detail=circuit-open'],
    ['what is stale from now on', { ...STALE, ttlMs: 0 }, 'c; hit; ttl=-1; detail=circuit-open'],
  ])('says %s', (_what, change, member) => {
    expect(cacheStatusMember('c', { ...MISS, ...change })).toBe(member);
  });

  it('quotes a name that is no token', () => {
    expect(cacheStatusMember('my "c"', MISS)).toBe('"my \\"c\\""; fwd=uri-miss');
  });
});

describe('markHeaders', () => {
  const marks = { name: 'c', warning: true };

  it('says the age of what was kept, in whole seconds', () => {
    const headers = markHeaders({ age: '1' }, marks, { ...MISS, status: 'hit', ageMs: 9_900 });

    expect(headers.age).toBe('9');
  });

  it('leaves the age of an answer that just came as it is', () => {
    expect(markHeaders({ age: '1' }, marks, MISS).age).toBe('1');
  });

  it('adds itself after the caches that were there before', () => {
    const members = ['a; hit', ['a; hit', 'b; hit'], undefined].map(
      (before) => markHeaders({ 'cache-status': before }, marks, MISS)['cache-status'],
    );

    expect(members).toEqual([
      ['a; hit', 'c; fwd=uri-miss'],
      ['a; hit', 'b; hit', 'c; fwd=uri-miss'],
      ['c; fwd=uri-miss'],
    ]);
  });

  it.each<[string, boolean, Handling, unknown]>([
    ['warns of what is stale', true, STALE, ['214 a "b"', WARNING]],
    ['does not where that is switched off', false, STALE, '214 a "b"'],
    ['does not of what is fresh', true, { ...MISS, status: 'hit' }, '214 a "b"'],
  ])('%s', (_what, warning, handling, expected) => {
    const headers = markHeaders({ warning: '214 a "b"' }, { name: 'c', warning }, handling);

    expect(headers.warning).toEqual(expected);
  });

  it('keeps all else', () => {
    expect(markHeaders({ etag: '"1"' }, marks, STALE).etag).toBe('"1"');
  });
});

describe('staleMark', () => {
  const cache = { ...STALE, staleForMs: 2_500 };

  it('says how long the answer has been stale, and why it was used', () => {
    expect(staleMark({ name: 'c', warning: true }, cache)).toEqual({
      cacheStatus: 'c; hit; ttl=-3; detail=circuit-open',
      warning: WARNING,
    });
  });

  it('has no warning where that is switched off', () => {
    expect(staleMark({ name: 'c', warning: false }, cache).warning).toBeUndefined();
  });
});
