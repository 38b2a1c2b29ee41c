import { describe, expect, it } from '@jest/globals';
import { type RequestRules, readRequestRules } from '../../../src/cache/http/request-rules.ts';

const PLAIN: RequestRules = {
  noStore: false,
  noCache: false,
  onlyIfCached: false,
  maxAgeMs: undefined,
  minFreshMs: 0,
  maxStaleMs: 0,
  staleIfErrorMs: 0,
};

const ANY = Number.POSITIVE_INFINITY;

describe('readRequestRules', () => {
  it.each<[string, Partial<RequestRules>]>([
    ['', {}],
    ['no-store', { noStore: true }],
    ['No-Cache', { noCache: true }],
    ['only-if-cached', { onlyIfCached: true }],
    ['max-age=5', { maxAgeMs: 5_000 }],
    ['max-age=soon', { maxAgeMs: 0 }],
    ['min-fresh=5', { minFreshMs: 5_000 }],
    ['min-fresh=soon', { minFreshMs: ANY }],
    ['max-stale=5', { maxStaleMs: 5_000 }],
    ['max-stale', { maxStaleMs: ANY }],
    ['max-stale=soon', { maxStaleMs: 0 }],
    ['max-stale=""', { maxStaleMs: 0 }],
    ['max-stale, max-stale=5', { maxStaleMs: 0 }],
    ['stale-if-error=5', { staleIfErrorMs: 5_000 }],
    ['stale-if-error', { staleIfErrorMs: 0 }],
    ['max-age=5, max-stale=1', { maxAgeMs: 5_000, maxStaleMs: 1_000 }],
    ['nothing-to-see-here', {}],
  ])('reads Cache-Control: %s', (value, rules) => {
    expect(readRequestRules({ 'cache-control': value })).toEqual({ ...PLAIN, ...rules });
  });

  it.each(['max-stale="', 'max-stale = 5', 'x'.repeat(8_193)])(
    'has nothing kept or used for a field that does not parse',
    (value) => {
      const rules = readRequestRules({ 'cache-control': value });

      expect(rules).toEqual({ ...PLAIN, noStore: true, noCache: true });
    },
  );

  it.each([
    ['no-cache', true],
    ['No-Cache', true],
    ['foo, no-cache', true],
    ['no-cache=foo', false],
    ['x-no-cache', false],
    ['foo', false],
  ])('reads Pragma: %s where there is no Cache-Control', (pragma, noCache) => {
    expect(readRequestRules({ pragma })).toEqual({ ...PLAIN, noCache });
  });

  it('leaves Pragma alone where there is a Cache-Control', () => {
    const rules = readRequestRules({ pragma: 'no-cache', 'cache-control': 'max-age=5' });

    expect(rules.noCache).toBe(false);
  });
});
