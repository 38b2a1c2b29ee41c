import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCacheControl } from '../../src/cache/http/cache-control.ts';
import { parseHttpDate } from '../../src/cache/http/dates.ts';
import { initialAgeMs, lifetimeMs } from '../../src/cache/http/freshness.ts';
import { endToEnd } from '../../src/cache/http/hop-by-hop.ts';
import { changedUrls } from '../../src/cache/http/invalidation.ts';
import { readRequestRules } from '../../src/cache/http/request-rules.ts';
import { readResponseRules } from '../../src/cache/http/response-rules.ts';
import { isStorable } from '../../src/cache/http/storable.ts';
import { decodeStored, selectedBy } from '../../src/cache/http/stored-answer.ts';
import { keepMsOf, usageFor, usageOf } from '../../src/cache/http/usage.ts';
import { conditionsOf, isNotModified, renewHeaders } from '../../src/cache/http/validation.ts';
import { varyOf } from '../../src/cache/http/vary.ts';

const RUNS = { numRuns: 1_000, seed: 6 };
const NOW = Date.UTC(2026, 0, 1);
const LAST_MOMENT = 8.64e15;
const WINDOWS = { ttlMs: 0, staleIfErrorMs: 600_000, staleWhileRevalidateMs: 0 };

/** Header fields that a cache looks at. */
const NAMES = [
  ...['age', 'cache-control', 'connection', 'content-location', 'date', 'etag', 'expires', 'last-modified'],
  ...['location', 'set-cookie', 'vary', 'if-none-match', 'if-modified-since', 'pragma', 'authorization'],
];

/** Bytes as Node hands them on: one character each. Also such as no parser of HTTP lets through. */
const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

/** Pieces of real fields in any order, and bytes between them. */
const pieces = fc
  .array(
    fc.oneof(
      bytes,
      fc.constantFrom(
        ...[
          'max-age',
          's-maxage',
          'no-store',
          'no-cache',
          'private',
          'public',
          'must-revalidate',
          '=',
          '"',
          '\\',
        ],
        ...[
          ',',
          ', ',
          ' ',
          '\t',
          ';',
          '0',
          '60',
          '-1',
          '1e9',
          '99999999999999999999',
          'stale-if-error',
          'W/',
        ],
        ...['*', 'accept', 'constructor', '__proto__', 'close', '/a', '//b', 'http://', 'Sun, 06 Nov 1994 '],
        ...['08:49:37 GMT', 'Sunday, 06-Nov-94 ', '08:49:37 1994', 'Sun Nov  6 ', '31', 'Feb'],
      ),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

const value = fc.oneof(pieces, fc.array(pieces, { maxLength: 3 }));
const fields = fc.dictionary(fc.constantFrom(...NAMES), value);
const requestFields = fc.dictionary(fc.constantFrom(...NAMES, 'cache-control'), pieces);
const moment = fc.oneof(fc.nat(), fc.double({ min: -LAST_MOMENT, max: LAST_MOMENT, noNaN: true }));

const answer = fc.record({
  status: fc.integer({ min: 200, max: 599 }),
  headers: fields,
  body: fc.constant(new Uint8Array()),
  requestedAt: moment,
  receivedAt: moment,
  selected: fc.constant({}),
  url: fc.constantFrom(undefined, 'http://a.example/'),
  epoch: fc.constant(''),
});

/** A field as the RFC has it, member by member: slower than what is tested, and plain. */
const isWellFormed = (field: string): boolean => {
  const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  const member = new RegExp(`^(?:${token}(?:=(?:${token}|"Q*"))?)?$`);
  const plain = field.replace(
    /"(?:[^"\\]|\\[^\n\r\u2028\u2029])*"/g,
    (quoted) => `"${'Q'.repeat(quoted.length - 2)}"`,
  );
  return plain.split(',').every((each) => member.test(each.replace(/^[ \t]+|[ \t]+$/g, '')));
};

describe('whatever header fields come', () => {
  it('no rule throws', () => {
    fc.assert(
      fc.property(answer, requestFields, fc.boolean(), (stored, request, isShared) => {
        const wants = readRequestRules(request);
        const usage = usageOf(stored, WINDOWS, isShared);

        usageFor(usage, wants, { mayBeStale: isShared });
        isStorable({ ...stored, requestHeaders: request, isShared });
        isNotModified(request, stored, NOW);
        conditionsOf(stored);
        renewHeaders(stored.headers, endToEnd(stored.headers), isShared);
        changedUrls(new URL('http://a.example/'), stored.headers);
        selectedBy(varyOf(stored.headers) ?? [], request, (text) => text);
        decodeStored(stored);
      }),
      RUNS,
    );
  });

  it('no duration is negative or none', () => {
    fc.assert(
      fc.property(answer, fc.boolean(), fc.nat(), (stored, isShared, ttlMs) => {
        const rules = readResponseRules(stored.headers, isShared);
        const usage = usageOf(stored, { ...WINDOWS, ttlMs }, isShared);
        const durations = [
          initialAgeMs(stored),
          lifetimeMs(stored, rules, ttlMs),
          keepMsOf(stored, usage),
          usage.staleIfErrorMs,
          usage.staleWhileRevalidateMs,
        ];

        expect(durations.every((ms) => ms >= 0 && Number.isFinite(ms))).toBe(true);
      }),
      RUNS,
    );
  });

  it('a malformed Cache-Control is never stored, and a well-formed one is read', () => {
    fc.assert(
      fc.property(pieces, fc.boolean(), (field, isShared) => {
        const isRead = parseCacheControl(field) !== undefined;
        const headers = { 'cache-control': field, expires: '0' };
        const isKept = isStorable({ status: 200, headers, requestHeaders: {}, isShared });

        expect(isRead).toBe(isWellFormed(field));
        expect(isKept && !isRead).toBe(false);
      }),
      RUNS,
    );
  });

  it('a veto is seen wherever it stands among other directives', () => {
    const other = fc.constantFrom(
      'max-age=60',
      'public',
      'x="a, b"',
      'stale-if-error=9',
      '',
      'y="\\""',
      'Z=1',
    );
    const veto = fc.constantFrom(
      'no-cache',
      'MUST-REVALIDATE',
      'no-cache="x"',
      's-maxage=9',
      'Proxy-Revalidate',
    );
    fc.assert(
      fc.property(fc.array(other), veto, fc.array(other), (before, given, after) => {
        const line = [...before, given, ...after].join(',');

        expect(readResponseRules({ 'cache-control': line }, true).neverStale).toBe(true);
      }),
      RUNS,
    );
  });

  it('a date that is written is read back, in each of its forms', () => {
    const seconds = fc.integer({ min: Date.UTC(1980) / 1_000, max: Date.UTC(2070) / 1_000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const date = new Date(second * 1_000);
        const [, day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
        const forms = [
          date.toUTCString(),
          `Monday, ${day}-${month}-${year.slice(2)} ${time} GMT`,
          `Mon ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`,
        ];

        expect(forms.map((form) => parseHttpDate(form, NOW))).toEqual(Array(3).fill(date.getTime()));
      }),
      RUNS,
    );
  });
});
