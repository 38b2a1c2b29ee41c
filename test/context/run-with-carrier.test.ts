import { describe, expect, it } from '@jest/globals';
import {
  getContext,
  inject,
  outgoingHeaders,
  type RequestContext,
  type RunWithCarrierOptions,
  runWithCarrier,
  runWithContext,
  toCarrier,
  tryGetContext,
} from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';

const record = requestRecord({ traceState: 'a=1', baggage: 'b=2;p,c=%20', fields: { tenant: 'blue' } });
const carrier = toCarrier({ record, fields: ['tenant'] });
const [, , parentSpan = ''] = carrier.traceparent.split('-');

const seenBy = (given: unknown, options = {}): RequestContext => runWithCarrier(given, getContext, options);

describe('runWithCarrier', () => {
  it('continues the trace of the request that sent the job, in a request of its own', () => {
    const job = seenBy(carrier);

    expect(job).toMatchObject({
      correlationId: 'corr-1',
      clientRequestId: 'req-1',
      traceId: record.traceId,
      parentSpanId: parentSpan,
      traceFlags: 1,
      traceState: 'a=1',
      baggage: undefined,
      linkTraceId: undefined,
      deadline: undefined,
    });
    expect({ ...job.fields }).toEqual({ tenant: 'blue' });
    expect(job.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set([job.spanId, parentSpan, record.spanId]).size).toBe(3);
    expect(Object.isFrozen(job)).toBe(true);
  });

  it('links the trace where that is asked for, and begins its own', () => {
    const job = seenBy(carrier, { mode: 'link' });

    expect(job).toMatchObject({
      correlationId: 'corr-1',
      linkTraceId: record.traceId,
      linkSpanId: parentSpan,
      parentSpanId: undefined,
      traceState: undefined,
    });
    expect(job.traceId).not.toBe(record.traceId);
  });

  it('hands the record over, and returns what the function returns', async () => {
    const result = runWithCarrier(carrier, async (job) => {
      await Promise.resolve();
      return job === tryGetContext();
    });

    await expect(result).resolves.toBe(true);
  });

  it('leaves the context of its caller as it was', () => {
    const after = runWithContext(record, () => {
      runWithCarrier(carrier, () => undefined);
      return getContext();
    });

    expect([after, tryGetContext()]).toEqual([record, undefined]);
  });

  it('is given a bag of fields of its own each time', () => {
    expect(seenBy(carrier).fields).not.toBe(seenBy(carrier).fields);
  });

  it('aborts with the signal that it is given', () => {
    const { signal } = new AbortController();

    expect(seenBy(carrier, { signal }).signal).toBe(signal);
    expect(seenBy(carrier).signal.aborted).toBe(false);
  });

  it('sends ids to the hosts that it is given, to no other', () => {
    const urls = ['http://users.internal/', 'http://else.internal/'];

    const counts = runWithCarrier(
      carrier,
      () => urls.map((url) => Object.keys(outgoingHeaders(url)).length),
      { propagateTo: ['users.internal'] },
    );

    expect(counts).toEqual([4, 0]);
  });

  it.each([
    ['ours', carrier],
    ['header fields of somebody', { traceparent: carrier.traceparent, baggage: 'b=2,ssn=123' }],
  ])('passes no baggage on unless its key is listed, of %s', (_whose, given) => {
    const sent = (options: RunWithCarrierOptions) => runWithCarrier(given, () => inject({}), options).baggage;

    expect([sent({}), sent({ baggage: false }), sent({ baggage: {} })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(sent({ baggage: { log: ['b'] } })).toBeUndefined();
    expect(sent({ baggage: { propagate: ['b'] } })).toMatch(/^b=2(;p)?$/);
  });

  it('reads baggage as requestContext() does, for what goes on and for log lines', () => {
    const given = { ...carrier, baggage: 'a=1, b = 2;p ,a=3,c=%20x' };

    const job = seenBy(given, { baggage: { log: ['a', 'c'], propagate: ['a', 'b'] } });

    expect([job.baggage, { ...job.loggedBaggage }]).toEqual(['a=1,b=2;p', { a: '1', c: ' x' }]);
    expect(runWithContext(job, () => toCarrier()).baggage).toBe('a=1,b=2;p');
  });

  it.each([
    ['JSON of a carrier', JSON.stringify(carrier)],
    ['a clone', structuredClone(carrier)],
    ['W3C header fields', { traceparent: carrier.traceparent, tracestate: 'a=1', other: {} }],
    ['JSON of header fields', JSON.stringify({ traceparent: carrier.traceparent, tracestate: 'a=1' })],
    [
      'bytes, as Kafka has them',
      { traceparent: Buffer.from(carrier.traceparent), tracestate: Buffer.from('a=1') },
    ],
    ['an object without prototype', Object.assign(Object.create(null), carrier)],
  ])('reads %s', (_name, given) => {
    expect(seenBy(given)).toMatchObject({
      traceId: record.traceId,
      parentSpanId: parentSpan,
      traceState: 'a=1',
      rejectedCarrier: undefined,
    });
  });

  it.each([
    [{ 'x-request-id': 'r-9' }, 'r-9', 'r-9'],
    [{ 'x-correlation-id': 'c-9' }, 'c-9', undefined],
    [{ 'x-request-id': 'r-9', 'x-correlation-id': 'c-9' }, 'c-9', 'r-9'],
  ])('reads the ids %j without a trace', (given, correlationId, clientRequestId) => {
    expect(seenBy(given)).toMatchObject({ correlationId, clientRequestId, parentSpanId: undefined });
  });

  it.each<readonly [object, Partial<RequestContext>]>([
    [{ tracestate: 'UPPER=1' }, { traceState: undefined, baggage: 'b=2;p,c=%20' }],
    [{ tracestate: 7 }, { traceState: undefined }],
    [{ tracestate: ' '.repeat(2_049) }, { traceState: undefined }],
    [{ baggage: 'a=1\r\nX: 1' }, { baggage: undefined, traceState: 'a=1' }],
    [{ baggage: 'no pair, b=1' }, { baggage: 'b=1' }],
    [{ baggage: `${Array.from({ length: 64 }, (_, n) => `k${n}=1`).join()},b=1` }, { baggage: undefined }],
    [{ baggage: `b=${'1'.repeat(8_191)}` }, { baggage: undefined }],
    [{ baggage: 7 }, { baggage: undefined }],
    [{ fields: 'tenant' }, { fields: {} }],
  ])('leaves out what is not well-formed in %j', (change, expected) => {
    const job = seenBy({ ...carrier, ...change }, { baggage: { propagate: ['b', 'c'] } });

    expect({ ...job, fields: { ...job.fields } }).toMatchObject(expected);
    expect([job.traceId, job.rejectedCarrier]).toEqual([record.traceId, undefined]);
  });

  it('binds of the fields what addContext would bind', () => {
    const fields = JSON.parse(
      '{"__proto__": "x", "constructor": "x", "requestId": "x", "a.b": "x", "list": [1], "no": null, "n": 1, "t": "ok"}',
    );

    const job = seenBy({ ...carrier, fields });

    expect(Object.entries(job.fields)).toEqual([
      ['n', 1],
      ['t', 'ok'],
    ]);
  });

  it.each([
    [{ mode: 'follow' }, /runWithCarrier: option "mode" must be one of "continue", "link", but was "follow"/],
    [{ signal: {} }, /runWithCarrier: option "signal" must be an AbortSignal/],
    [{ propagateTo: ['http://users'] }, /runWithCarrier: option "propagateTo"/],
    [{ baggage: true }, /runWithCarrier: option "baggage" must be false or an object/],
    [{ baggage: { log: ['a b'] } }, /runWithCarrier: option "baggage.log"/],
    [{ onRejected: true }, /runWithCarrier: option "onRejected" must be a function/],
    [{ modus: 'link' }, /runWithCarrier: unknown option "modus"/],
  ])('refuses the options %j', (options, message) => {
    expect(() => seenBy(carrier, options)).toThrow(message);
  });
});
