import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  type ContextOptions,
  formatHeaders,
  getContext,
  propagationHeaders,
  type RequestContext,
  requestContext,
} from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';
import { serve } from '../support/sockets.ts';
import { strictTrace } from '../support/strict-w3c.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const SHORT = '8448eb211c80319c';
const ROOT = `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`;
const DECIMAL = BigInt(`0x${SPAN}`).toString();

/** The record of a request that sends these headers. */
const recordFor = async (
  headers: Record<string, string>,
  options: ContextOptions,
): Promise<RequestContext> => {
  const records: RequestContext[] = [];
  const context = requestContext(options);
  const served = await serve((req, res) =>
    context(req, res, () => {
      records.push(getContext());
      res.end();
    }),
  );
  await request(served.url).get('/').set(headers);
  await served.close();
  const [record] = records;
  if (record === undefined) throw new Error('the request was not served');
  return record;
};

type Expected = readonly [traceId: string, parent: string | undefined, flags: number];

describe('formats beside W3C', () => {
  it.each<[string, ContextOptions['extract'], Record<string, string>, Expected]>([
    ['b3 with all fields', ['b3'], { b3: `${TRACE}-${SPAN}-1-05e3ac9a4f6e3b90` }, [TRACE, SPAN, 1]],
    ['b3 not sampled', ['b3'], { b3: `${TRACE}-${SPAN}-0` }, [TRACE, SPAN, 0]],
    ['b3 for debugging', ['b3'], { b3: `${TRACE}-${SPAN}-d` }, [TRACE, SPAN, 1]],
    ['b3 without a decision', ['b3'], { b3: `${TRACE}-${SPAN}` }, [TRACE, SPAN, 0]],
    ['b3 of 64 bits', ['b3'], { b3: `${SHORT}-${SPAN}-1` }, [SHORT.padStart(32, '0'), SPAN, 1]],
    ['b3 in upper case', ['b3'], { b3: `${TRACE.toUpperCase()}-${SPAN.toUpperCase()}-1` }, [TRACE, SPAN, 1]],
    [
      'several b3 headers',
      ['b3'],
      { 'X-B3-TraceId': TRACE, 'X-B3-SpanId': SPAN, 'X-B3-Sampled': '1' },
      [TRACE, SPAN, 1],
    ],
    [
      'several b3 headers of an old sender',
      ['b3'],
      { 'X-B3-TraceId': SHORT, 'X-B3-SpanId': SPAN, 'X-B3-Sampled': 'true' },
      [SHORT.padStart(32, '0'), SPAN, 1],
    ],
    [
      'several b3 headers for debugging',
      ['b3'],
      { 'X-B3-TraceId': TRACE, 'X-B3-SpanId': SPAN, 'X-B3-Flags': '1' },
      [TRACE, SPAN, 1],
    ],
    [
      'one b3 header over several',
      ['b3'],
      { b3: `${TRACE}-${SPAN}-0`, 'X-B3-TraceId': SHORT, 'X-B3-SpanId': SPAN, 'X-B3-Sampled': '1' },
      [TRACE, SPAN, 0],
    ],
    ['X-Ray', ['xray'], { 'X-Amzn-Trace-Id': `${ROOT};Parent=${SPAN};Sampled=1` }, [TRACE, SPAN, 1]],
    [
      'X-Ray in another order, with fields of a balancer',
      ['xray'],
      {
        'X-Amzn-Trace-Id': `Self=1-67891234-12456789abcdef012345678; Sampled=0 ;Parent=${SPAN};${ROOT};Lineage=a:1`,
      },
      [TRACE, SPAN, 0],
    ],
    ['X-Ray of a balancer', ['xray'], { 'X-Amzn-Trace-Id': ROOT }, [TRACE, undefined, 0]],
    [
      'X-Ray that leaves it open',
      ['xray'],
      { 'X-Amzn-Trace-Id': `${ROOT};Sampled=?` },
      [TRACE, undefined, 0],
    ],
    ['Cloud Trace', ['gcp'], { 'X-Cloud-Trace-Context': `${TRACE}/${DECIMAL};o=1` }, [TRACE, SPAN, 1]],
    [
      'Cloud Trace not sampled',
      ['gcp'],
      { 'X-Cloud-Trace-Context': `${TRACE}/${DECIMAL};o=0` },
      [TRACE, SPAN, 0],
    ],
    [
      'Cloud Trace with a small span',
      ['gcp'],
      { 'X-Cloud-Trace-Context': `${TRACE}/1` },
      [TRACE, '0'.repeat(15).concat('1'), 0],
    ],
    ['Cloud Trace without a span', ['gcp'], { 'X-Cloud-Trace-Context': TRACE }, [TRACE, undefined, 0]],
    [
      'the first that is well-formed',
      ['xray', 'gcp', 'b3'],
      { 'X-Amzn-Trace-Id': 'Root=1-2-3', 'X-Cloud-Trace-Context': `${TRACE}/${DECIMAL};o=1`, b3: '0' },
      [TRACE, SPAN, 1],
    ],
  ])('are read: %s', async (_what, extract, headers, [traceId, parentSpanId, traceFlags]) => {
    const record = await recordFor({ ...headers, tracestate: 'foo=1' }, { extract });

    expect(record).toMatchObject({ traceId, parentSpanId, traceFlags, traceState: undefined });
    expect(record.spanId).not.toBe(SPAN);
  });

  it.each<[string, Record<string, string>]>([
    ['a trace id of zeros', { b3: `${'0'.repeat(32)}-${SPAN}-1` }],
    ['a span of zeros', { b3: `${TRACE}-${'0'.repeat(16)}-1` }],
    ['a short trace id', { b3: `${TRACE.slice(1)}-${SPAN}-1` }],
    ['an unknown decision', { b3: `${TRACE}-${SPAN}-2` }],
    ['more than b3 has', { b3: `${TRACE}-${SPAN}-1-${SPAN}-1` }],
    ['a letter alone', { b3: 'x' }],
    ['a trace without a span', { 'X-B3-TraceId': TRACE }],
    ['a root of another version', { 'X-Amzn-Trace-Id': ROOT.replace('1-', '2-') }],
    ['two roots', { 'X-Amzn-Trace-Id': `${ROOT};${ROOT}` }],
    ['no root', { 'X-Amzn-Trace-Id': `Parent=${SPAN};Sampled=1` }],
    ['an X-Ray header beyond its size', { 'X-Amzn-Trace-Id': `${ROOT};${'x=1;'.repeat(300)}` }],
    ['a root of zeros', { 'X-Amzn-Trace-Id': `Root=1-${'0'.repeat(8)}-${'0'.repeat(24)}` }],
    ['a Cloud Trace id of zeros', { 'X-Cloud-Trace-Context': `${'0'.repeat(32)}/1;o=1` }],
    ['text behind Cloud Trace', { 'X-Cloud-Trace-Context': `${TRACE}/1;o=1;x` }],
  ])('begin a trace of our own for %s', async (_what, headers) => {
    const record = await recordFor(headers, { extract: ['b3', 'xray', 'gcp'] });

    expect(record).toMatchObject({ parentSpanId: undefined, traceFlags: 2, linkTraceId: undefined });
    expect(record.traceId).not.toContain(TRACE.slice(8));
  });

  it.each([`${TRACE}/0;o=1`, `${TRACE}/18446744073709551616;o=1`])(
    'continue a trace whose span is none: %s',
    async (header) => {
      const record = await recordFor({ 'X-Cloud-Trace-Context': header }, { extract: ['gcp'] });

      expect(record).toMatchObject({ traceId: TRACE, parentSpanId: undefined, traceFlags: 1 });
    },
  );

  it('take a decision without ids', async () => {
    const yes = await recordFor({ b3: '1' }, { extract: ['b3'] });
    const no = await recordFor({ b3: '0' }, { extract: ['b3'], sampledRatio: 1 });

    expect([yes.traceFlags, no.traceFlags]).toEqual([0b11, 0b10]);
  });

  it('take nothing but a link from a caller who is not trusted', async () => {
    const record = await recordFor({ b3: `${TRACE}-${SPAN}-1` }, { extract: ['b3'], trust: 'never' });

    expect(record).toMatchObject({ linkTraceId: TRACE, linkSpanId: SPAN, traceFlags: 2 });
    expect(record.traceId).not.toBe(TRACE);
  });

  it('take no decision from a caller who is not trusted', async () => {
    const record = await recordFor({ b3: '1' }, { extract: ['b3'], trust: 'never' });

    expect(record.traceFlags).toBe(2);
  });

  it('are not read unless listed', async () => {
    const record = await recordFor({ b3: `${TRACE}-${SPAN}-1` }, { extract: ['xray', 'gcp'] });

    expect(record.traceId).not.toBe(TRACE);
  });

  it('yield to a valid traceparent, and stand in for one that is not', async () => {
    const b3 = `${'a'.repeat(32)}-${SPAN}-1`;
    const valid = await recordFor({ traceparent: `00-${TRACE}-${SPAN}-00`, b3 }, { extract: ['b3'] });
    const bad = await recordFor({ traceparent: `00-${TRACE}-${SPAN}-0`, b3 }, { extract: ['b3'] });

    expect(valid).toMatchObject({ traceId: TRACE, traceFlags: 0 });
    expect(bad).toMatchObject({ traceId: 'a'.repeat(32), traceFlags: 1 });
  });
});

describe('formatHeaders', () => {
  const ids = { traceId: TRACE, spanId: '1'.repeat(16), traceFlags: 0b11 };

  it('says nothing unless the app asked for a format', () => {
    expect(formatHeaders(requestRecord(ids), SPAN)).toEqual({});
  });

  it('says the trace in every format that the app asked for', () => {
    const headers = formatHeaders(requestRecord({ ...ids, formats: ['b3', 'b3multi', 'xray', 'gcp'] }), SPAN);

    expect(headers).toEqual({
      b3: `${TRACE}-${SPAN}-1-${'1'.repeat(16)}`,
      'x-b3-traceid': TRACE,
      'x-b3-spanid': SPAN,
      'x-b3-parentspanid': '1'.repeat(16),
      'x-b3-sampled': '1',
      'x-amzn-trace-id': `${ROOT};Parent=${SPAN};Sampled=1`,
      'x-cloud-trace-context': `${TRACE}/${DECIMAL};o=1`,
    });
  });

  it('names no parent where the call says the span of the request itself', () => {
    const headers = formatHeaders(requestRecord({ ...ids, formats: ['b3', 'b3multi'] }), ids.spanId);

    expect(headers.b3).toBe(`${TRACE}-${ids.spanId}-1`);
    expect(headers).not.toHaveProperty('x-b3-parentspanid');
  });

  it.each(['b3', 'b3multi', 'xray', 'gcp'] as const)('says what our own reader reads: %s', async (format) => {
    const headers = formatHeaders(requestRecord({ ...ids, traceFlags: 0b10, formats: [format] }), SPAN);

    const record = await recordFor(headers, { extract: ['b3', 'xray', 'gcp'], sampledRatio: 1 });

    expect(record).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, traceFlags: 0 });
  });
});

describe('propagationHeaders', () => {
  it('says one span in every format, and listed baggage', async () => {
    const record = await recordFor(
      { baggage: 'tenant=acme;ttl=1,user=ada' },
      { inject: ['b3', 'b3multi', 'xray', 'gcp'], baggage: { propagate: ['tenant'] } },
    );

    const headers = propagationHeaders(record);

    const { traceId, spanId } = strictTrace(Object.entries(headers).flat());
    expect(headers).toEqual({
      'x-request-id': record.requestId,
      'x-correlation-id': record.correlationId,
      traceparent: headers.traceparent,
      baggage: 'tenant=acme;ttl=1',
      ...formatHeaders(record, spanId),
    });
    expect(headers.b3).toBe(`${traceId}-${spanId}-0-${record.spanId}`);
  });
});

describe('sampledRatio', () => {
  it('sets the sampled flag of traces that begin here, of all for 1 and of none for 0', async () => {
    const all = await recordFor({}, { sampledRatio: 1 });
    const none = await recordFor({}, { sampledRatio: 0 });

    expect([all.traceFlags, none.traceFlags]).toEqual([0b11, 0b10]);
  });

  it('leaves the decision of a caller alone', async () => {
    const record = await recordFor({ traceparent: `00-${TRACE}-${SPAN}-00` }, { sampledRatio: 1 });

    expect(record.traceFlags).toBe(0);
  });

  it.each([
    ['5759e988', 'bd862e3fe1b', '7ffffffffffff', 1],
    ['5759e988', 'bd862e3fe1b', '8000000000000', 0],
    ['ffffffff', 'fffffffffff', '0000000000000', 1],
    ['00000000', '00000000001', 'fffffffffffff', 0],
  ])('decides by the random end of the trace id alone: %s%s%s', async (time, head, tail, flag) => {
    const headers = { 'X-Amzn-Trace-Id': `Root=1-${time}-${head}${tail}` };

    const record = await recordFor(headers, { extract: ['xray'], sampledRatio: 0.5 });

    expect(record.traceFlags).toBe(flag);
  });
});
