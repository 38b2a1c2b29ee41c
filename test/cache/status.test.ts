import { describe, expect, it } from '@jest/globals';
import { cacheStatus, dataFreshness, type MaybeStale } from '../../src/cache/index.ts';

const STATUS = { status: 'hit', ageMs: 1, staleForMs: 0, reason: undefined, storedAt: 2 } as const;

describe('cacheStatus', () => {
  it('tells what it was given, frozen', () => {
    const status = cacheStatus({ ...STATUS, key: 'digest' });

    expect(status).toEqual(STATUS);
    expect(Object.isFrozen(status)).toBe(true);
  });

  it('shows its key to whoever asks, and to no log', () => {
    const status = cacheStatus({ ...STATUS, key: 'digest' });

    expect(status.key).toBe('digest');
    expect([Object.keys(status).includes('key'), JSON.stringify(status).includes('digest')]).toEqual([
      false,
      false,
    ]);
  });
});

describe('dataFreshness', () => {
  it.each<[string, MaybeStale, string]>([
    [
      'an answer that was just asked for',
      { cache: cacheStatus({ ...STATUS, status: 'miss', key: undefined }) },
      'fresh',
    ],
    ['a fresh one that was kept', { cache: cacheStatus({ ...STATUS, key: 'k' }), source: 'cache' }, 'fresh'],
    ['a confirmed one', { cache: cacheStatus({ ...STATUS, status: 'revalidated', key: 'k' }) }, 'fresh'],
    ['a stale one', { cache: cacheStatus({ ...STATUS, status: 'stale', key: 'k' }) }, 'stale'],
    ['one whose source is stale', { source: 'stale' }, 'stale'],
    ['what a fallback gave', { source: 'fallback' }, 'stale'],
    ['an answer without a cache', { cache: undefined, source: 'live' }, 'fresh'],
    ['what says nothing', {}, 'fresh'],
  ])('says of %s: %3$s', (_what, answer, freshness) => {
    expect(dataFreshness(answer)).toBe(freshness);
  });
});
