import { describe, expect, it } from '@jest/globals';
import type { HeaderFields } from '../../../src/cache/http/fields.ts';
import {
  conditionsOf,
  hasValidator,
  isConditional,
  isNotModified,
  isWeighable,
  notModifiedHeaders,
  renewHeaders,
} from '../../../src/cache/http/validation.ts';
import { NOW } from './stored.ts';

const OLD = 'Sun, 06 Nov 1994 08:49:37 GMT';
const NEWER = 'Sun, 06 Nov 1994 08:49:38 GMT';

const notModified = (request: Record<string, string>, headers: HeaderFields, status = 200): boolean =>
  isNotModified(request, { headers, status }, NOW);

describe('isConditional and isWeighable', () => {
  it.each([
    ['if-none-match', true],
    ['if-modified-since', true],
    ['if-match', false],
    ['if-unmodified-since', false],
    ['if-range', false],
  ])('know %s as a condition, and whether a cache can weigh it', (name, weighable) => {
    const headers = { [name]: 'x' };

    expect([isConditional(headers), isWeighable(headers)]).toEqual([true, weighable]);
  });

  it('know a request without conditions', () => {
    expect([isConditional({ accept: 'x' }), isWeighable({ accept: 'x' })]).toEqual([false, true]);
  });
});

describe('conditionsOf', () => {
  it.each<[HeaderFields, Record<string, string>]>([
    [{}, {}],
    [{ date: OLD }, {}],
    [{ etag: 'W/"1"' }, { 'if-none-match': 'W/"1"' }],
    [{ 'last-modified': OLD }, { 'if-modified-since': OLD }],
    [
      { etag: '"1"', 'last-modified': OLD },
      { 'if-none-match': '"1"', 'if-modified-since': OLD },
    ],
  ])('asks by what an answer with %j has', (headers, conditions) => {
    expect([conditionsOf({ headers }), hasValidator(headers)]).toEqual([
      conditions,
      Object.keys(conditions).length > 0,
    ]);
  });
});

describe('isNotModified', () => {
  it.each([
    ['"1"', '"1"', true],
    ['W/"1"', '"1"', true],
    ['"1"', 'W/"1"', true],
    ['W/"1"', 'W/"1"', true],
    ['"2"', '"1"', false],
    ['"2", W/"1" ,"3"', '"1"', true],
    ['"0,1"', '"1"', false],
    ['"0, "1", 2"', '"1"', false],
    ['"a, b"', '"a, b"', true],
    ['1', '"1"', false],
    ['1', '1', false],
    ['"1', '"1"', false],
    ['w/"1"', '"1"', true],
    ['""', '""', true],
    ['', '"1"', false],
    ['*', '"1"', true],
    [' * ', '"1"', true],
  ])('weighs If-None-Match: %s against ETag: %s', (noneMatch, etag, expected) => {
    expect(notModified({ 'if-none-match': noneMatch }, { etag })).toBe(expected);
  });

  it('finds no tag in an answer that has none, and any in one that is there', () => {
    const found = ['"1"', '*'].map((noneMatch) => notModified({ 'if-none-match': noneMatch }, {}));

    expect(found).toEqual([false, true]);
  });

  it.each<[string, HeaderFields, boolean]>([
    [OLD, { 'last-modified': OLD }, true],
    [NEWER, { 'last-modified': OLD }, true],
    [OLD, { 'last-modified': NEWER }, false],
    [OLD, { date: OLD }, true],
    [OLD, { 'last-modified': NEWER, date: OLD }, false],
    [OLD, {}, false],
    [OLD, { 'last-modified': 'yesterday' }, false],
    ['yesterday', { 'last-modified': OLD }, false],
    ['', { 'last-modified': OLD }, false],
  ])('weighs If-Modified-Since: %s against %j', (since, headers, expected) => {
    expect(notModified({ 'if-modified-since': since }, headers)).toBe(expected);
  });

  it('leaves the date alone where there are tags', () => {
    const request = { 'if-none-match': '"2"', 'if-modified-since': NEWER };

    expect(notModified(request, { etag: '"1"', 'last-modified': OLD })).toBe(false);
  });

  it.each([203, 301, 404])('never takes a %d for what somebody has already', (status) => {
    expect(notModified({ 'if-none-match': '*' }, { etag: '"1"' }, status)).toBe(false);
  });

  it('says nothing to a request without conditions', () => {
    expect(notModified({}, { etag: '"1"', 'last-modified': OLD })).toBe(false);
  });
});

describe('notModifiedHeaders', () => {
  it('says of an answer what a 304 may, and nothing of its body', () => {
    const told = {
      'cache-control': 'max-age=5',
      'content-location': '/a',
      date: OLD,
      etag: '"1"',
      expires: NEWER,
      'last-modified': OLD,
      vary: 'accept',
    };

    const headers = notModifiedHeaders({
      ...told,
      'content-type': 'text/plain',
      'content-length': '4',
      'set-cookie': 'a=b',
    });

    expect(headers).toEqual(told);
  });
});

describe('renewHeaders', () => {
  it('replaces what the 304 says anew, and keeps the rest', () => {
    const headers = renewHeaders(
      { etag: '"1"', 'cache-control': 'max-age=1', 'x-a': 'old' },
      { 'cache-control': 'max-age=9', 'x-b': 'new' },
      true,
    );

    expect(headers).toEqual({ etag: '"1"', 'cache-control': 'max-age=9', 'x-a': 'old', 'x-b': 'new' });
  });

  it.each(['content-length', 'content-encoding', 'content-range', 'connection', 'transfer-encoding'])(
    'does not take over %s, which says nothing of what is stored',
    (name) => {
      expect(renewHeaders({ 'x-a': '1' }, { [name]: 'x' }, false)).toEqual({ 'x-a': '1' });
    },
  );

  it('forgets the Age of the stored answer, and takes over that of the 304', () => {
    const ages = [{}, { age: '3' }].map((confirmed) => renewHeaders({ age: '60' }, confirmed, true).age);

    expect(ages).toEqual([undefined, '3']);
  });

  it('takes over a cookie for one user alone', () => {
    const cookies = [true, false].map(
      (isShared) => renewHeaders({}, { 'set-cookie': ['a=b'] }, isShared)['set-cookie'],
    );

    expect(cookies).toEqual([undefined, ['a=b']]);
  });
});
