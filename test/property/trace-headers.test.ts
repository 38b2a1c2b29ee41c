import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRecord, formatHeaders, propagationHeaders } from '../../src/context/index.ts';
import { strictBaggage, strictTrace } from '../support/strict-w3c.ts';

/** Headers that say who calls and in which trace. */
const NAMES = [
  'x-request-id',
  'request-id',
  'x-correlation-id',
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-sampled',
  'x-b3-flags',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
] as const;

const KEYS = ['a', 'tenant', 'k1', 'constructor'];
const WELL_FORMED = /^[A-Za-z0-9._:/+=@~-]{1,128}$/;

const settings = {
  requestIdHeaders: ['x-request-id', 'request-id'],
  correlationIdHeaders: ['x-correlation-id'],
  extract: ['b3', 'xray', 'gcp'],
  inject: ['b3', 'b3multi', 'xray', 'gcp'],
  sampledRatio: 0.5,
  propagation: 'auto',
  baggage: { log: KEYS, propagate: KEYS },
} as const;

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefF'), minLength: length, maxLength: length });

/** Bytes as Node hands them on: one character each. Also such as no parser of HTTP lets through. */
const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

/** Pieces of real headers in any order, and bytes between them. */
const pieces = fc
  .array(
    fc.oneof(
      hex(2),
      hex(16),
      hex(32),
      bytes,
      fc.constantFrom(
        ...['-', '00-', '-01', ',', ', ', ';', '=', ' ', '\t', '@', '/', '%', '%C3', '%0d', 'o=1', '0', 'd'],
        ...['a=1', 'tenant=x', 'constructor=y', 'k1=', 'Root=1-', 'Parent=', 'Sampled=1'],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const traceparent = fc
  .tuple(hex(32), hex(16), hex(2), fc.constantFrom('', '-', '-x, y', '.'))
  .map(([trace, span, flags, end]) => `00-${trace}-${span}-${flags}${end}`);
const member = fc.tuple(fc.constantFrom('a', 'b', 'k@1', 'K', '0'), fc.oneof(hex(4), pieces), fc.nat(300));
const list = fc
  .array(member, { maxLength: 40 })
  .map((members) => members.map(([key, value, more]) => `${key}${more}=${value.repeat(more % 7)}`).join(','));

const line = fc.tuple(fc.constantFrom(...NAMES), fc.oneof(pieces, bytes, traceparent, list));

/** Lines as Node's parser makes headers of them. */
const asHeaders = (lines: readonly (readonly [string, string])[]) => {
  const headers: Record<string, string> = {};
  for (const [name, value] of lines)
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  return { headers, rawHeaders: lines.flat() };
};

const sentHeaders = fc.array(line, { maxLength: 20 }).map(asHeaders);

const checkForeign = (headers: Record<string, string>): void => {
  expect(headers.b3).toMatch(/^[0-9a-f]{32}-[0-9a-f]{16}-[01]-[0-9a-f]{16}$/);
  expect(headers['x-b3-traceid']).toMatch(/^[0-9a-f]{32}$/);
  expect(headers['x-amzn-trace-id']).toMatch(
    /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]$/,
  );
  expect(headers['x-cloud-trace-context']).toMatch(/^[0-9a-f]{32}\/[1-9]\d{0,19};o=[01]$/);
};

describe('whatever bytes a caller sends', () => {
  it.each([true, false])('nothing throws and nothing malformed goes out, trusted: %s', (trusted) => {
    fc.assert(
      fc.property(sentHeaders, ({ headers, rawHeaders }) => {
        const record = createRecord(headers, { trusted, rawHeaders, settings });
        const sent = propagationHeaders(record);

        const trace = strictTrace(Object.entries(sent).flat());
        expect(trace.traceId).toBe(record.traceId);
        expect([record.requestId, record.correlationId].every((id) => WELL_FORMED.test(id))).toBe(true);
        expect(WELL_FORMED.test(record.clientRequestId ?? 'none')).toBe(true);
        expect(record.traceState?.length ?? 0).toBeLessThanOrEqual(512);
        if (record.baggage !== undefined)
          expect(KEYS).toEqual(expect.arrayContaining([...strictBaggage(record.baggage)]));
        for (const value of Object.values(record.loggedBaggage ?? {})) {
          expect(value.length).toBeLessThanOrEqual(256);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
          expect(value).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        }
        checkForeign(formatHeaders(record, trace.spanId));
      }),
      { numRuns: 1_000, seed: 4 },
    );
  });

  it('a caller who is not trusted decides nothing', () => {
    fc.assert(
      fc.property(sentHeaders, ({ headers, rawHeaders }) => {
        const record = createRecord(headers, { rawHeaders, settings: { ...settings, sampledRatio: 0 } });

        expect(record).toMatchObject({ traceFlags: 2, parentSpanId: undefined, traceState: undefined });
        expect([record.baggage, record.loggedBaggage]).toEqual([undefined, undefined]);
        expect(Object.values(headers)).not.toContain(record.requestId);
      }),
      { numRuns: 1_000, seed: 4 },
    );
  });
});
