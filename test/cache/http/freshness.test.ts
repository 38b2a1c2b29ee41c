import { describe, expect, it } from '@jest/globals';
import type { HeaderFields } from '../../../src/cache/http/fields.ts';
import { hasLifetime, initialAgeMs, lifetimeMs } from '../../../src/cache/http/freshness.ts';
import { readResponseRules } from '../../../src/cache/http/response-rules.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const at = (offsetMs: number): string => new Date(NOW + offsetMs).toUTCString();

/** An answer that took `tookMs` and came just now. */
const received = (headers: HeaderFields, tookMs = 0) => ({
  headers,
  requestedAt: NOW - tookMs,
  receivedAt: NOW,
});

const lifetimeOf = (headers: HeaderFields, { ttlMs = 0, isShared = true } = {}): number =>
  lifetimeMs(received(headers), readResponseRules(headers, isShared), ttlMs);

describe('initialAgeMs', () => {
  it('is none for an answer that says nothing of it', () => {
    expect(initialAgeMs(received({}))).toBe(0);
  });

  it.each<[string, HeaderFields, number]>([
    ['the time since its Date', { date: at(-60_000) }, 59_000],
    ['its Age', { age: '30' }, 30_000],
    ['the more of both: Age', { age: '90', date: at(-60_000) }, 90_000],
    ['the more of both: Date', { age: '30', date: at(-60_000) }, 59_000],
    ['nothing for a Date of this second', { date: at(-900) }, 0],
    ['nothing for a Date ahead', { date: at(60_000) }, 0],
    ['nothing for a Date that is none', { date: 'yesterday' }, 0],
    ['nothing for two Dates', { date: [at(-60_000), at(-60_000)] }, 0],
  ])('takes %s', (_what, headers, ms) => {
    expect(initialAgeMs(received(headers))).toBe(ms);
  });

  it('adds the time that the answer took to what its Age says, and not to what its Date does', () => {
    const ages = [{ age: '30' }, { date: at(-60_000) }, {}].map((headers) =>
      initialAgeMs(received(headers, 5_000)),
    );

    expect(ages).toEqual([35_000, 59_000, 5_000]);
  });

  it('is not made younger by a clock that was set back meanwhile', () => {
    expect(initialAgeMs(received({ age: '30' }, -5_000))).toBe(30_000);
  });

  it.each<[string | readonly string[], number]>([
    ['0', 0],
    ['007', 7_000],
    [' 7 ', 7_000],
    ['7, 9', 7_000],
    [['7', '9'], 7_000],
    ['99999999999999999999', 2 ** 31 * 1_000],
    ['-7', 0],
    ['7.5', 0],
    ['1e3', 0],
    ['"7"', 0],
    ['7;x', 0],
    ['7 9', 0],
    ['', 0],
    [[], 0],
  ])('reads Age: %j', (age, ms) => {
    expect(initialAgeMs(received({ age }))).toBe(ms);
  });
});

describe('lifetimeMs', () => {
  it.each<[string, HeaderFields, number]>([
    ['max-age', { 'cache-control': 'max-age=5' }, 5_000],
    ['max-age before Expires', { 'cache-control': 'max-age=5', expires: at(90_000), date: at(0) }, 5_000],
    ['a max-age that is none before Expires', { 'cache-control': 'max-age=x', expires: at(90_000) }, 0],
    ['Expires, counted from Date', { expires: at(90_000), date: at(30_000) }, 60_000],
    ['Expires, counted from now without a Date', { expires: at(90_000) }, 90_000],
    ['Expires of the past as none', { expires: at(-1_000), date: at(0) }, 0],
    ['Expires: 0 as none', { expires: '0' }, 0],
    ['an Expires that is no date as none', { expires: 'tomorrow' }, 0],
    ['an empty Expires as none', { expires: '' }, 0],
    ['two Expires as none', { expires: [at(90_000), at(90_000)] }, 0],
  ])('takes %s', (_what, headers, ms) => {
    expect(lifetimeOf(headers, { ttlMs: 1_000_000 })).toBe(ms);
  });

  it('takes s-maxage first, in a shared cache alone', () => {
    const headers = { 'cache-control': 's-maxage=9, max-age=5' };

    expect([true, false].map((isShared) => lifetimeOf(headers, { isShared }))).toEqual([9_000, 5_000]);
  });

  it('takes what the operator says for an answer of which the origin says nothing', () => {
    const headers = { 'last-modified': at(-1_000_000_000), 'cache-control': 'public' };

    expect(lifetimeOf(headers, { ttlMs: 7_000 })).toBe(7_000);
  });
});

describe('hasLifetime', () => {
  it.each<[HeaderFields, boolean]>([
    [{}, false],
    [{ 'cache-control': 'public' }, false],
    [{ 'cache-control': 'max-age=0' }, true],
    [{ expires: '0' }, true],
  ])('knows whether %j says how long it is fresh', (headers, expected) => {
    expect(hasLifetime({ headers }, readResponseRules(headers, true))).toBe(expected);
  });
});
