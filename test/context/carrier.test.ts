import { describe, expect, it } from '@jest/globals';
import { parseTraceparent, runWithContext, toCarrier } from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('toCarrier', () => {
  it('carries ids and trace of the request being served, with a new span', () => {
    const record = requestRecord();

    const carrier = runWithContext(record, () => toCarrier());

    expect(carrier).toEqual({
      v: 1,
      requestId: 'req-1',
      correlationId: 'corr-1',
      traceparent: expect.stringMatching(
        new RegExp(`^00-${record.traceId}-(?!${record.spanId})[0-9a-f]{16}-01$`),
      ),
    });
  });

  it('names a new span each time', () => {
    const [first, second] = runWithContext(requestRecord(), () => [toCarrier(), toCarrier()]);

    expect(first?.traceparent).not.toBe(second?.traceparent);
  });

  it('is frozen, and the same after JSON and a structured clone', () => {
    const record = requestRecord({ traceState: 'a=1', baggage: 'b=2', fields: { tenant: 7, vip: true } });

    const carrier = toCarrier({ record, fields: ['tenant', 'vip'] });

    expect([Object.isFrozen(carrier), Object.isFrozen(carrier.fields)]).toEqual([true, true]);
    expect(JSON.parse(JSON.stringify(carrier))).toEqual(carrier);
    expect(structuredClone(carrier)).toEqual(carrier);
    expect(carrier).toMatchObject({ tracestate: 'a=1', baggage: 'b=2', fields: { tenant: 7, vip: true } });
  });

  it('carries no field that was not named, and none that is only inherited', () => {
    const record = requestRecord({ fields: { tenant: 'blue', email: 'x@example.org' } });

    const carrier = toCarrier({ record, fields: ['tenant', 'toString', 'missing'] });

    expect(carrier.fields).toEqual({ tenant: 'blue' });
    expect(toCarrier({ record })).not.toHaveProperty('fields');
  });

  it('carries fresh ids outside a request', () => {
    const { requestId, correlationId, traceparent } = toCarrier();

    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(correlationId).toBe(requestId);
    expect(parseTraceparent(traceparent)).toBeDefined();
  });

  it('carries fresh ids for a record that was looked for and is not there', () => {
    const carrier = runWithContext(requestRecord(), () => toCarrier({ record: undefined }));

    expect(carrier.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('leaves whole parts out rather than exceed 2048 bytes: fields, then baggage, then the trace state', () => {
    const long = 'é'.repeat(256);
    const fields = { one: long, two: long, three: long, four: 'x' };
    const ids = { requestId: 'r'.repeat(128), correlationId: 'c'.repeat(128) };
    const named = { fields: ['one', 'two', 'three', 'four'] };
    const traceState = `a=${'1'.repeat(500)}`;

    const small = toCarrier({ record: requestRecord({ ...ids, fields, traceState }), ...named });
    const large = toCarrier({
      record: requestRecord({ ...ids, fields, traceState, baggage: `b=${'2'.repeat(1_000)}` }),
      ...named,
    });
    const huge = toCarrier({
      record: requestRecord({ ...ids, traceState, baggage: `b=${'2'.repeat(8_000)}` }),
    });

    expect(Object.keys(small.fields ?? {})).toEqual(['one', 'two', 'four']);
    expect([large.baggage?.length, large.fields]).toEqual([1_002, { four: 'x' }]);
    expect([huge.tracestate, huge.baggage]).toEqual([traceState, undefined]);
    expect([small, large, huge].every((carrier) => bytesOf(carrier) <= 2_048)).toBe(true);
  });

  it.each([
    [{ fields: 'tenant' }, /toCarrier: option "fields" must be a list/],
    [{ fields: [''] }, /toCarrier: option "fields"/],
    [{ record: 7 }, /toCarrier: option "record" must be a request context, but was 7/],
    [{ record: {} }, /toCarrier: option "record" must be a request context, but was an object/],
    [{ record: null }, /toCarrier: option "record" must be a request context, but was null/],
    [{ field: [] }, /toCarrier: unknown option "field"/],
  ])('refuses %j', (options, message) => {
    // What the types forbid.
    expect(() => toCarrier(options as never)).toThrow(message);
  });
});
