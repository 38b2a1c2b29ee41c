import { describe, expect, it } from '@jest/globals';
import { type CacheMode, whoseOf } from '../../../src/cache/http/whose.ts';

const whose = (
  mode: CacheMode,
  headers: Record<string, string>,
  {
    tenant,
    marks = [],
    partitionBy = [],
  }: { tenant?: string; marks?: readonly string[]; partitionBy?: readonly string[] } = {},
) =>
  whoseOf({ headers, tenant, marks }, { mode, partitionBy, isTransient: (name) => name === 'x-request-id' });

describe('whoseOf', () => {
  it.each<[CacheMode, boolean]>([
    ['partitioned', true],
    ['shared', true],
    ['private', false],
  ])('finds nobody in a request that says nothing, in the mode %s', (mode, isShared) => {
    expect(whose(mode, { accept: 'x', 'user-agent': 'y' })).toEqual({ marks: [], isShared });
  });

  it.each<[CacheMode, readonly string[], boolean]>([
    ['partitioned', ['authorization:Bearer a'], false],
    ['shared', [], true],
    ['private', ['authorization:Bearer a'], false],
  ])('knows who is authorised, in the mode %s', (mode, marks, isShared) => {
    expect(whose(mode, { authorization: 'Bearer a' })).toEqual({ marks, isShared });
  });

  it.each<[CacheMode, boolean]>([
    ['partitioned', false],
    ['shared', true],
    ['private', false],
  ])('tells credentials apart in every mode, by the rules of the mode %s', (mode, isShared) => {
    const headers = { cookie: 'a=1', 'x-api-key': 'k' };

    expect(whose(mode, headers)).toEqual({ marks: ['cookie:a=1', 'x-api-key:k'], isShared });
  });

  it.each<[string, Record<string, string>, { tenant?: string; partitionBy?: readonly string[] }, string]>([
    ['a header', { 'x-tenant-id': 'a' }, {}, 'x-tenant-id:a'],
    ['a header that the app chose', { accept: 'a' }, { partitionBy: ['accept'] }, 'accept:a'],
    ['the app itself', {}, { tenant: 'a' }, 'tenant a'],
  ])('keeps apart whom %s names, by the rules for many', (_what, headers, options, mark) => {
    expect(whose('partitioned', headers, options)).toEqual({ marks: [mark], isShared: true });
  });

  it.each<[string, Record<string, string>]>([
    ['a header that nobody knows', { 'x-whatever': 'a' }],
    ['the page that asks', { referer: 'a', origin: 'b' }],
    ['what is asked for', { accept: 'a', 'if-none-match': '"b"', 'sec-ch-ua': 'c', 'save-data': 'on' }],
    ['an id of the request', { 'x-request-id': 'a' }],
  ])('does not tell callers apart by %s', (_what, headers) => {
    const modes: readonly CacheMode[] = ['partitioned', 'private', 'shared'];

    expect(modes.map((mode) => whose(mode, headers).marks)).toEqual([[], [], []]);
  });

  it('keeps apart what is told beside the headers', () => {
    const marks = [{ marks: ['a'] }, { marks: ['b'] }, { tenant: 'a' }, {}].map((told) =>
      whose('partitioned', {}, told).marks.join(),
    );

    expect(new Set(marks).size).toBe(4);
  });

  it('does not tell callers apart by a header that is not there', () => {
    expect(whose('partitioned', {}, { partitionBy: ['accept'] }).marks).toEqual([]);
  });

  it('finds the same in whatever order the headers come', () => {
    const orders = [
      { cookie: 'a', 'x-user': 'b' },
      { 'x-user': 'b', cookie: 'a' },
    ].map((headers) => whose('partitioned', headers).marks);

    expect(orders[0]).toEqual(orders[1]);
  });

  it('takes no header for the word of the app', () => {
    const marks = [whose('partitioned', { tenant: 'a' }), whose('partitioned', {}, { tenant: 'a' })].map(
      (each) => each.marks.join(),
    );

    expect(marks[0]).not.toBe(marks[1]);
  });
});
