import { describe, expect, it } from '@jest/globals';
import { type ResponseRules, readResponseRules } from '../../../src/cache/http/response-rules.ts';

const PLAIN: ResponseRules = {
  noStore: false,
  noCache: false,
  neverStale: false,
  allowsAuthenticated: false,
  maxAgeMs: undefined,
  staleIfErrorMs: 0,
  staleWhileRevalidateMs: 0,
};

const rulesOf = (value: string | readonly string[], isShared: boolean): ResponseRules =>
  readResponseRules({ 'cache-control': value }, isShared);

describe('readResponseRules', () => {
  it('finds nothing where nothing is said', () => {
    expect([readResponseRules({}, true), readResponseRules({}, false)]).toEqual([PLAIN, PLAIN]);
  });

  it.each<[string, Partial<ResponseRules>, Partial<ResponseRules>]>([
    ['no-store', { noStore: true }, { noStore: true }],
    ['NO-STORE', { noStore: true }, { noStore: true }],
    ['no-cache', { noCache: true, neverStale: true }, { noCache: true, neverStale: true }],
    ['no-cache="set-cookie"', { noCache: true, neverStale: true }, { noCache: true, neverStale: true }],
    ['private', { noStore: true }, {}],
    ['private="set-cookie"', { noStore: true }, {}],
    ['public', { allowsAuthenticated: true }, { allowsAuthenticated: true }],
    [
      'must-revalidate',
      { neverStale: true, allowsAuthenticated: true },
      { neverStale: true, allowsAuthenticated: true },
    ],
    ['proxy-revalidate', { neverStale: true }, {}],
    ['max-age=5', { maxAgeMs: 5_000 }, { maxAgeMs: 5_000 }],
    [
      'max-age=5, s-maxage=9',
      { maxAgeMs: 9_000, neverStale: true, allowsAuthenticated: true },
      { maxAgeMs: 5_000, allowsAuthenticated: true },
    ],
    [
      'max-age=5, s-maxage=soon',
      { maxAgeMs: 0, neverStale: true, allowsAuthenticated: true },
      { maxAgeMs: 5_000, allowsAuthenticated: true },
    ],
    ['stale-if-error=3', { staleIfErrorMs: 3_000 }, { staleIfErrorMs: 3_000 }],
    ['stale-if-error', { staleIfErrorMs: 0 }, { staleIfErrorMs: 0 }],
    ['stale-while-revalidate=3', { staleWhileRevalidateMs: 3_000 }, { staleWhileRevalidateMs: 3_000 }],
    ['no-stor, privat, x-no-cache', {}, {}],
  ])('reads %s for a shared cache, and for a private one', (value, shared, own) => {
    expect([rulesOf(value, true), rulesOf(value, false)]).toEqual([
      { ...PLAIN, ...shared },
      { ...PLAIN, ...own },
    ]);
  });

  it.each([
    ['in one line', 'max-age=60, private="'],
    ['that is longer than any honest one', `max-age=60,${'x'.repeat(100_000)}`],
    ['in one of its lines', ['max-age=60', 'private=foo bar']],
    ['whose quote swallows the next line', ['x="', 'no-store"']],
  ])('keeps nothing for a field that is malformed %s', (_where, value) => {
    const rules = [true, false].map((isShared) => rulesOf(value, isShared));

    expect(rules).toEqual(
      Array(2).fill({ ...PLAIN, noStore: true, noCache: true, neverStale: true, maxAgeMs: 0 }),
    );
  });

  it('reads several lines as one list', () => {
    const rules = rulesOf(['max-age=60', 'must-revalidate'], false);

    expect(rules).toMatchObject({ maxAgeMs: 60_000, neverStale: true });
  });
});
