import { describe, expect, it } from '@jest/globals';
import { besideGiven, propagationHeaders } from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('propagationHeaders', () => {
  it('carries ids and trace, with a new span at each call', () => {
    const record = requestRecord({
      requestId: 'r',
      correlationId: 'c',
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 3,
      traceState: 'foo=1',
    });

    const [first, second] = [
      propagationHeaders(record),
      propagationHeaders({ ...record, traceState: undefined }),
    ];

    expect(first).toMatchObject({ 'x-request-id': 'r', 'x-correlation-id': 'c', tracestate: 'foo=1' });
    expect(first.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-03$`));
    expect(first.traceparent).not.toContain(SPAN);
    expect(second.traceparent).not.toBe(first.traceparent);
    expect(second).not.toHaveProperty('tracestate');
  });
});

describe('besideGiven', () => {
  const ours = {
    'x-request-id': 'r',
    traceparent: 't',
    tracestate: 's',
    b3: 'b',
    'x-b3-traceid': 'b',
    'x-amzn-trace-id': 'x',
    baggage: 'g',
  };

  it.each([
    [[], Object.keys(ours)],
    [['accept'], Object.keys(ours)],
    [['traceparent'], ['x-request-id', 'baggage']],
    [['b3'], ['x-request-id', 'traceparent', 'tracestate', 'x-amzn-trace-id', 'baggage']],
    [['x-b3-sampled'], ['x-request-id', 'traceparent', 'tracestate', 'x-amzn-trace-id', 'baggage']],
    [
      ['tracestate', 'x-request-id'],
      ['traceparent', 'b3', 'x-b3-traceid', 'x-amzn-trace-id', 'baggage'],
    ],
  ])('leaves, beside %j of the caller, %j', (decided, left) => {
    expect(Object.keys(besideGiven(ours, new Set(decided)))).toEqual(left);
  });
});
