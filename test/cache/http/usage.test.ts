import { describe, expect, it } from '@jest/globals';
import { type RequestRules, readRequestRules } from '../../../src/cache/http/request-rules.ts';
import { isOfUse, keepMsOf, type Usage, usageFor, usageOf } from '../../../src/cache/http/usage.ts';
import { storedAnswer } from './stored.ts';

const WINDOWS = { ttlMs: 1_000, staleIfErrorMs: 60_000, staleWhileRevalidateMs: 30_000 };
const NO_WINDOWS = { ttlMs: 0, staleIfErrorMs: 0, staleWhileRevalidateMs: 0 };

/** How far an answer with this Cache-Control may be used, in a shared cache and in a private one. */
const usages = (value: string, windows = WINDOWS): readonly Usage[] => {
  const stored = storedAnswer({ headers: { 'cache-control': value } });
  return [true, false].map((isShared) => usageOf(stored, windows, isShared));
};

const USAGE: Usage = {
  initialAgeMs: 0,
  lifetimeMs: 10_000,
  staleIfErrorMs: 60_000,
  staleWhileRevalidateMs: 30_000,
};

const NEVER = Number.NEGATIVE_INFINITY;

const wants = (value: string): RequestRules => readRequestRules({ 'cache-control': value });
const forRequest = (value: string, mayBeStale = true) => usageFor(USAGE, wants(value), { mayBeStale });

describe('usageOf', () => {
  it('gives an answer of which the origin says nothing what the operator allows', () => {
    const { lifetimeMs, staleIfErrorMs, staleWhileRevalidateMs } = usageOf(storedAnswer(), WINDOWS, true);

    expect([lifetimeMs, staleIfErrorMs, staleWhileRevalidateMs]).toEqual([1_000, 60_000, 30_000]);
  });

  it('never uses such an answer while it is asked for again, unless the operator says how long it is fresh', () => {
    const usage = usageOf(storedAnswer(), { ...WINDOWS, ttlMs: 0 }, true);

    expect(usage.staleWhileRevalidateMs).toBe(0);
  });

  it.each([
    ['max-age=5, stale-if-error=90, stale-while-revalidate=90', 90_000, 90_000],
    ['max-age=5, stale-if-error=9, stale-while-revalidate=9', 60_000, 30_000],
  ])('takes the larger window of the operator and of the origin: %s', (value, ifError, meanwhile) => {
    const [usage] = usages(value);

    expect([usage?.staleIfErrorMs, usage?.staleWhileRevalidateMs]).toEqual([ifError, meanwhile]);
  });

  it.each([
    ['must-revalidate', [true, true]],
    ['no-cache', [true, true]],
    ['no-cache="x"', [true, true]],
    ['proxy-revalidate', [true, false]],
    ['s-maxage=5', [true, false]],
    ['private="', [true, true]],
    ['public', [false, false]],
  ])('lets %s win over every window, in a shared cache and in a private one', (veto, expected) => {
    const both = usages(`max-age=5, stale-if-error=90, stale-while-revalidate=90, ${veto}`);

    const isVetoed = both.map((usage) => usage.staleIfErrorMs <= 0 && usage.staleWhileRevalidateMs <= 0);

    expect(isVetoed).toEqual(expected);
  });

  it('has an answer with no-cache asked for each time, however long it is fresh', () => {
    const lifetimes = usages('max-age=60, no-cache').map(({ lifetimeMs }) => lifetimeMs);

    expect(lifetimes).toEqual([0, 0]);
  });

  it.each([400, 404, 410, 499])('uses a %d for as long as it is fresh, and no longer', (status) => {
    const stored = storedAnswer({ status, headers: { 'cache-control': 'max-age=5, stale-if-error=90' } });

    const { lifetimeMs, staleIfErrorMs, staleWhileRevalidateMs } = usageOf(stored, WINDOWS, true);

    expect([lifetimeMs, staleIfErrorMs, staleWhileRevalidateMs]).toEqual([5_000, 0, 0]);
  });
});

describe('usageFor', () => {
  it('leaves a request that wants nothing special with what the answer allows', () => {
    expect(forRequest('')).toEqual({ ...USAGE, usableMs: 10_000 });
  });

  it.each([
    ['max-age=4', 4_000],
    ['max-age=0', 0],
    ['max-age=40', 10_000],
    ['max-age=soon', 0],
    ['min-fresh=4', 6_000],
    ['min-fresh=40', -30_000],
    ['min-fresh=soon', NEVER],
    ['max-age=5, min-fresh=4', 5_000],
    ['max-stale=4', 14_000],
    ['max-stale', Number.POSITIVE_INFINITY],
    ['max-stale=soon', 10_000],
    ['max-stale=40, max-age=5', 5_000],
    ['max-stale=40, min-fresh=4', 6_000],
  ])('obeys a request with %s', (value, usableMs) => {
    expect(forRequest(value).usableMs).toBe(usableMs);
  });

  it('refreshes nothing in the background for a request that wants something newer', () => {
    const windows = ['max-age=5', 'min-fresh=5', 'max-stale=5'].map(
      (value) => forRequest(value).staleWhileRevalidateMs,
    );

    expect(windows).toEqual([0, 0, 30_000]);
  });

  it('uses nothing for a request with no-cache, not even where asking fails', () => {
    expect(forRequest('no-cache, stale-if-error=90, max-stale')).toMatchObject({
      usableMs: NEVER,
      staleIfErrorMs: NEVER,
      staleWhileRevalidateMs: 0,
    });
  });

  it('widens the window for failures by what the request allows', () => {
    const windows = ['stale-if-error=90', 'stale-if-error=9'].map(
      (value) => forRequest(value).staleIfErrorMs,
    );

    expect(windows).toEqual([90_000, 60_000]);
  });

  it('lets no request have what the origin wants nobody to have', () => {
    const vetoed = usageFor({ ...USAGE, staleIfErrorMs: 0 }, wants('max-stale, stale-if-error=90'), {
      mayBeStale: false,
    });

    expect([vetoed.usableMs, vetoed.staleIfErrorMs]).toEqual([10_000, 0]);
  });
});

describe('isOfUse', () => {
  it.each<[string, Parameters<typeof storedAnswer>[0], boolean]>([
    ['is fresh', { headers: { 'cache-control': 'max-age=5' } }, true],
    ['was too old when it came', { headers: { 'cache-control': 'max-age=5', age: '5' } }, false],
    ['is good for failures', { headers: { 'cache-control': 'max-age=0, stale-if-error=1' } }, true],
    [
      'is good while it is asked for again',
      { headers: { 'cache-control': 'max-age=0, stale-while-revalidate=1' } },
      true,
    ],
    ['can be confirmed by its ETag', { headers: { 'cache-control': 'no-cache', etag: '"1"' } }, true],
    [
      'can be confirmed by its date',
      { headers: { 'cache-control': 'no-cache', 'last-modified': 'x' } },
      true,
    ],
    ['must be asked for again and cannot be confirmed', { headers: { 'cache-control': 'no-cache' } }, false],
  ])('knows an answer that %s', (_what, change, expected) => {
    const stored = storedAnswer(change);

    expect(isOfUse(stored, usageOf(stored, NO_WINDOWS, true))).toBe(expected);
  });
});

describe('keepMsOf', () => {
  const keepMs = (headers: Record<string, string>, windows = NO_WINDOWS): number => {
    const stored = storedAnswer({ headers });
    return keepMsOf(stored, usageOf(stored, windows, true));
  };

  it.each<[string, Record<string, string>, number]>([
    ['is fresh', { 'cache-control': 'max-age=5' }, 5_000],
    ['is fresh, less its age', { 'cache-control': 'max-age=5', age: '2' }, 3_000],
    ['has a window', { 'cache-control': 'max-age=5, stale-if-error=3' }, 8_000],
    [
      'has two, as long as the longer one',
      { 'cache-control': 'max-age=5, stale-if-error=3, stale-while-revalidate=7' },
      12_000,
    ],
    ['can be confirmed, for an hour', { 'cache-control': 'max-age=5', etag: '"1"' }, 3_605_000],
    ['is of no use, for a moment', { 'cache-control': 'max-age=0', age: '9' }, 1],
    ['is fresh for years, for 30 days', { 'cache-control': 'max-age=99999999999' }, 30 * 86_400_000],
  ])('keeps an answer that %s', (_what, headers, ms) => {
    expect(keepMs(headers)).toBe(ms);
  });

  it('keeps an answer of which the origin says nothing as long as the operator allows', () => {
    expect(keepMs({}, WINDOWS)).toBe(61_000);
  });
});
