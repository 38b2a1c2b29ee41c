import { describe, expect, it } from '@jest/globals';
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from '../../src/context/index.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('parseTraceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-00`, 0],
    [`00-${TRACE}-${SPAN}-01`, 1],
    [`00-${TRACE}-${SPAN}-03`, 3],
    [` \t00-${TRACE}-${SPAN}-01 `, 1],
    [`cc-${TRACE}-${SPAN}-01`, 1],
    [`cc-${TRACE}-${SPAN}-01-what-the-future-brings`, 1],
  ])('reads %s', (header, traceFlags) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags });
  });

  it('keeps only the flags it knows', () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-ff`)?.traceFlags).toBe(3);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with more behind it', `00-${TRACE}-${SPAN}-01-x`],
    ['a later version whose flags run on', `cc-${TRACE}-${SPAN}-01x`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['two headers joined', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['two headers of a later version joined', `cc-${TRACE}-${SPAN}-01, cc-${TRACE}-${SPAN}-01`],
    ['a line break in the middle', `00-${TRACE}-${SPAN}-01\n`],
  ])('refuses %s', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });
});

describe('formatTraceparent', () => {
  it('says what parseTraceparent reads', () => {
    const parts = { traceId: newTraceId(), spanId: newSpanId(), traceFlags: 3 };

    expect(parseTraceparent(formatTraceparent(parts))).toEqual(parts);
  });

  it('never writes flags that it does not know', () => {
    expect(formatTraceparent({ traceId: TRACE, spanId: SPAN, traceFlags: 0xff })).toBe(
      `00-${TRACE}-${SPAN}-03`,
    );
  });
});

describe('newSpanId and newTraceId', () => {
  it('give ids of the right length, none twice', () => {
    const spans = Array.from({ length: 2_000 }, newSpanId);
    const traces = Array.from({ length: 2_000 }, newTraceId);

    expect(spans.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
    expect(traces.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(new Set([...spans, ...traces]).size).toBe(4_000);
  });
});
