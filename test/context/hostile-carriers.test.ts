import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CarrierRejection,
  parseTraceparent,
  type RequestContext,
  runWithCarrier,
  toCarrier,
} from '../../src/context/index.ts';
import { requestRecord } from '../support/records.ts';

const good = toCarrier({ record: requestRecord() });

const never = (): never => {
  throw new Error('the carrier was trusted');
};

const withGetter = (key: string): object =>
  Object.defineProperty({ ...good }, key, { get: never, enumerable: true });

const hostileProxy = new Proxy({ ...good }, { get: never, getOwnPropertyDescriptor: never, ownKeys: never });

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({ ...good }, {});
  revoke();
  return proxy;
};

const CASES: readonly (readonly [string, unknown, CarrierRejection])[] = [
  ['nothing', undefined, 'no-carrier'],
  ['null', null, 'no-carrier'],
  ['a number', 7, 'no-carrier'],
  ['a function', () => good, 'no-carrier'],
  ['a list', [good], 'no-carrier'],
  ['an empty object', {}, 'no-carrier'],
  ['an object of something else', { orderId: 7 }, 'no-carrier'],
  ['text that is no JSON', 'traceparent', 'no-carrier'],
  ['JSON of no object', '"traceparent"', 'no-carrier'],
  ['a proxy', hostileProxy, 'no-carrier'],
  ['a revoked proxy', revoked(), 'no-carrier'],
  ['an heir of a carrier', Object.create(good), 'no-carrier'],
  ['a carrier as prototype in JSON', `{"__proto__": ${JSON.stringify(good)}}`, 'no-carrier'],
  ['deep JSON', '['.repeat(16_000), 'no-carrier'],
  ['a long text', ' '.repeat(16_385), 'too-large'],
  ['a long baggage', { ...good, baggage: 'x'.repeat(20_000) }, 'too-large'],
  ['a long id', { ...good, requestId: 'x'.repeat(1e7) }, 'too-large'],
  ['many bytes for an id', { 'x-request-id': new Uint8Array(20_000) }, 'too-large'],
  [
    'many fields',
    { ...good, fields: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [n, n])) },
    'too-large',
  ],
  ['a large field', { ...good, fields: { tenant: 'x'.repeat(20_000) } }, 'too-large'],
  ['a field with a large name', { ...good, fields: { ['x'.repeat(20_000)]: 1 } }, 'too-large'],
  ['another version', { ...good, v: 2 }, 'unknown-version'],
  ['the version as text', { ...good, v: '1' }, 'unknown-version'],
  ['a getter for the version', withGetter('v'), 'unknown-version'],
  ['a carrier without correlation id', { ...good, correlationId: undefined }, 'incomplete'],
  ['a carrier without trace', { v: 1, requestId: 'r', correlationId: 'c' }, 'incomplete'],
  ['a carrier that lost its version', { ...good, v: undefined }, 'incomplete'],
  ['an id with a line break', { ...good, requestId: 'a\r\nX: 1' }, 'malformed-id'],
  ['an id of 129 characters', { ...good, correlationId: 'x'.repeat(129) }, 'malformed-id'],
  ['an empty id', { ...good, requestId: '' }, 'malformed-id'],
  ['a number for an id', { ...good, requestId: 7 }, 'malformed-id'],
  ['an id that calls itself a text', { ...good, requestId: { toString: () => 'r' } }, 'malformed-id'],
  ['a getter for an id', withGetter('requestId'), 'malformed-id'],
  ['a bad id beside a good trace', { traceparent: good.traceparent, 'x-request-id': 'a b' }, 'malformed-id'],
  ['a bad traceparent', { ...good, traceparent: '00-0-0-01' }, 'malformed-trace'],
  ['a traceparent of zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }, 'malformed-trace'],
  ['a list of traceparents', { traceparent: [good.traceparent] }, 'malformed-trace'],
  ['a traceparent with a line break', { traceparent: `${good.traceparent}\r\n` }, 'malformed-trace'],
  ['a traceparent in spaces', { traceparent: `${good.traceparent}${' '.repeat(200)}` }, 'malformed-trace'],
  ['a getter for the traceparent', withGetter('traceparent'), 'malformed-trace'],
  ['bytes that say something else', { traceparent: Buffer.from('x') }, 'malformed-trace'],
];

const run = (carrier: unknown): { record: RequestContext; reasons: readonly CarrierRejection[] } => {
  const reasons: CarrierRejection[] = [];
  const onRejected = (reason: CarrierRejection): void => {
    reasons.push(reason);
  };
  return { record: runWithCarrier(carrier, (each) => each, { onRejected }), reasons };
};

const isFresh = ({ requestId, correlationId, ...rest }: RequestContext): boolean =>
  /^[0-9a-f-]{36}$/.test(requestId) &&
  correlationId === requestId &&
  [rest.parentSpanId, rest.linkTraceId, rest.linkSpanId, rest.clientRequestId].every(
    (id) => id === undefined,
  ) &&
  [rest.traceState, rest.baggage].every((field) => field === undefined) &&
  Object.keys(rest.fields).length === 0;

describe('a hostile carrier', () => {
  it.each(CASES)('%s is refused, and the job runs in a fresh record', (_name, carrier, reason) => {
    const { record, reasons } = run(carrier);

    expect(reasons).toEqual([reason]);
    expect(record.rejectedCarrier).toBe(reason);
    expect(isFresh(record)).toBe(true);
  });

  it('is refused before any of its bytes is decoded', () => {
    // More than a text can hold: decoding them throws, after seconds.
    const bytes = new Uint8Array(600_000_000);
    Object.defineProperty(bytes, 'byteLength', { value: 1 });

    const { record } = run({ 'x-request-id': bytes });

    expect(record.rejectedCarrier).toBe('too-large');
  });

  it('is taken for header fields of somebody else, where it names our ids beside theirs', () => {
    const { record } = run({ requestId: 'a', correlationId: 'b', 'x-request-id': 'r-9' });

    expect([record.rejectedCarrier, record.clientRequestId]).toEqual([undefined, 'r-9']);
  });

  it('of bytes that say of themselves what is not so is read by what they hold', () => {
    const traceparent = Buffer.from(good.traceparent);
    for (const key of ['length', 'byteLength', 'buffer', 'toString'])
      Object.defineProperty(traceparent, key, { get: never });

    const { record } = run({ traceparent });

    expect([record.rejectedCarrier, good.traceparent.includes(record.traceId)]).toEqual([undefined, true]);
  });

  it('is told of within the record of the job', () => {
    const seen: RequestContext[] = [];

    const record = runWithCarrier(undefined, (each) => each, {
      onRejected: () => seen.push(runWithCarrier(undefined, (each) => each)),
    });

    expect([seen.length, record.rejectedCarrier]).toEqual([1, 'no-carrier']);
  });

  it('keeps the job from running where the app throws', () => {
    const ran: string[] = [];
    const onRejected = (reason: string): void => {
      throw new Error(`refused: ${reason}`);
    };

    expect(() => runWithCarrier({}, () => ran.push('job'), { onRejected })).toThrow('refused: no-carrier');
    expect(ran).toEqual([]);
  });

  it.each(['fields', 'tracestate', 'baggage'])('whose %s is a getter is read without it', (key) => {
    const { record, reasons } = run(withGetter(key));

    expect([record.clientRequestId, record.baggage, reasons]).toEqual(['req-1', undefined, []]);
  });

  it.each([
    ['a proxy', hostileProxy],
    ['a getter', withGetter('tenant')],
    ['a list', ['x']],
  ])('whose fields are %s binds nothing of it', (_name, fields) => {
    const { record } = run({ ...good, fields });

    expect(Object.keys(record.fields)).not.toContain('tenant');
    expect(record.rejectedCarrier).toBeUndefined();
  });

  it('does not reach the prototype of anything', () => {
    run(JSON.parse(`{"v": 1, "__proto__": {"polluted": 1}, "fields": {"__proto__": {"polluted": 1}}}`));

    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('of whatever kind never throws, and gives only what is well-formed', () => {
    const part = fc.oneof(fc.anything(), fc.string(), fc.constant('ok-1'), fc.constant(good.traceparent));
    const names = ['v', 'requestId', 'correlationId', 'traceparent', 'tracestate', 'baggage', 'fields'];
    const shaped = fc.record(Object.fromEntries(names.map((name) => [name, part])), { requiredKeys: [] });
    const versioned = shaped.map((each) => ({ ...each, v: 1 }));
    const any = fc.oneof(fc.anything({ withNullPrototype: true }), fc.json(), shaped, versioned);

    fc.assert(
      fc.property(any, (carrier) => {
        const { record } = run(carrier);
        const { traceId, spanId, traceFlags, requestId, correlationId, clientRequestId = 'none' } = record;
        const header = `00-${traceId}-${spanId}-0${traceFlags}`;
        expect(parseTraceparent(header)).toEqual({ traceId, spanId, traceFlags });
        for (const id of [requestId, correlationId, clientRequestId])
          expect(id).toMatch(/^[A-Za-z0-9._:/+=@~-]{1,128}$/);
        for (const field of [record.traceState ?? 'a', record.baggage ?? 'a'])
          expect(field).toMatch(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/);
      }),
      { numRuns: 2_000, seed: 4 },
    );
  });
});
