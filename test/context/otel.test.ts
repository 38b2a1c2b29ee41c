import { channel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, createTraceState, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import {
  createRecord,
  currentTrace,
  hasSdk,
  type Propagation,
  propagationHeaders,
  requestContext,
} from '../../src/context/index.ts';
import { type StartedSdk, serving, startSdk, suppressTracing } from '../support/otel.ts';
import { requestRecord } from '../support/records.ts';

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const API = Symbol.for('opentelemetry.js.api.1');

const at = (span: SpanContext): ReturnType<typeof trace.setSpanContext> =>
  trace.setSpanContext(ROOT_CONTEXT, span);

const spanContext = (change: object = {}): SpanContext => ({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
  ...change,
});

describe('without an SDK', () => {
  it('a record has a trace of its own, and nothing of OpenTelemetry is there', () => {
    const record = createRecord({ traceparent: CALLER }, { trusted: true });

    expect([hasSdk(), record.parentSpanId]).toEqual([false, 'b7ad6b7169203331']);
    expect(currentTrace(undefined)).toBeUndefined();
  });

  it.each([
    ['nothing', {}],
    ['no context manager', { context: {} }],
    ['a context manager that throws', { context: { active: () => assert() } }],
    ['a context that is no object', { context: { active: () => 1 } }],
    ['a context that throws', { context: { active: () => ({ getValue: () => assert() }) } }],
    ['a span that throws', { context: { active: () => ({ getValue: () => ({ spanContext: assert }) }) } }],
    ['an id that is a getter', { context: { active: () => ({ getValue: () => hostileSpan }) } }],
  ])('a registration with %s changes nothing', (_what, registration) => {
    Reflect.set(globalThis, API, registration);
    const record = createRecord({ traceparent: CALLER }, { trusted: true });
    const headers = propagationHeaders(record, 'undici');
    Reflect.deleteProperty(globalThis, API);

    expect(record.parentSpanId).toBe('b7ad6b7169203331');
    expect(headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  });
});

const assert = (): never => {
  throw new Error('broken');
};

const hostileSpan = {
  spanContext: () => ({
    get traceId(): string {
      return assert();
    },
  }),
};

describe('option propagation', () => {
  it('is refused where it is none of the three', () => {
    // Callers in JavaScript have no types.
    const make = (): unknown => requestContext({ propagation: 'sometimes' as Propagation });

    expect(make).toThrow(/^requestContext: option "propagation" must be .*, but was "sometimes"/);
  });
});

describe('with an SDK', () => {
  let sdk: StartedSdk;

  beforeEach(() => {
    sdk = startSdk();
  });

  afterEach(() => {
    sdk.stop();
  });

  it('a record has the ids of the span that is active', () => {
    const [record, ids] = sdk.within((span) => [createRecord({ traceparent: CALLER }), span.spanContext()]);

    expect(record).toMatchObject({ traceId: ids.traceId, spanId: ids.spanId, traceFlags: 1 });
    expect(record.linkTraceId).toBeUndefined();
  });

  it('a record has the parent of that span', () => {
    const [record, parent] = sdk.within((outer) => [
      sdk.within(() => createRecord()),
      outer.spanContext().spanId,
    ]);

    expect(record.parentSpanId).toBe(parent);
  });

  it('the span of the request counts, not that of a middleware which ends with it', () => {
    const served = sdk.span();
    const rpc = serving(ROOT_CONTEXT, served);

    const record = context.with(trace.setSpan(rpc, sdk.span()), () => createRecord());

    expect(record.spanId).toBe(served.spanContext().spanId);
  });

  it('a span that ended before the request counts for nothing', () => {
    const boot = sdk.span();
    boot.end();

    const record = context.with(trace.setSpan(ROOT_CONTEXT, boot), () => createRecord());

    expect(record.traceId).not.toBe(boot.spanContext().traceId);
  });

  it.each([
    ['an invalid trace id', { traceId: '0'.repeat(32) }],
    ['a long span id', { spanId: 'a'.repeat(17) }],
    ['upper case', { traceId: '4BF92F3577B34DA6A3CE929D0E0E4736' }],
    ['more than an id', { spanId: '00f067aa0ba902b7-01-x' }],
    ['the place of the caller alone', { isRemote: true }],
  ])('a span with %s counts for nothing', (_what, change) => {
    const record = context.with(at(spanContext(change)), () =>
      createRecord({ traceparent: CALLER }, { trusted: true }),
    );

    expect(record).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentSpanId: 'b7ad6b7169203331',
    });
  });

  // W3: the propagator of the SDK would write three digits.
  it('flags are masked to the two bits that are known', () => {
    const { record, headers } = context.with(at(spanContext({ traceFlags: 0xff })), () => ({
      record: createRecord(),
      headers: propagationHeaders(requestRecord()),
    }));

    expect(record.traceFlags).toBe(3);
    expect(headers.traceparent).toBe('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03');
  });

  // W4: an SDK keeps what the specification drops.
  it('tracestate passes our own grammar', () => {
    const stateOf = (state: unknown): string | undefined =>
      context.with(at(spanContext({ traceState: state })), () => createRecord().traceState);

    const states = [
      createTraceState('foo=1,bar=2'),
      { serialize: () => 'foo@=1,a@b@c=2,0a=3' },
      { serialize: () => 'foo=1,bad member' },
      { serialize: () => 1 },
    ].map(stateOf);

    expect(states).toEqual(['foo=1,bar=2', 'foo@=1,a@b@c=2,0a=3', undefined, undefined]);
  });

  it('work within a span of the handler belongs to that span', () => {
    const record = sdk.within(() => createRecord());

    const [now, ids] = sdk.within((span) => [currentTrace(requestRecord()), span.spanContext()]);

    expect(now).toMatchObject({ traceId: ids.traceId, spanId: ids.spanId });
    expect(currentTrace(record)).toMatchObject({ traceId: record.traceId, spanId: record.spanId });
  });

  it('the span of another request, met in a callback, counts for nothing', () => {
    const served = [sdk.span(), sdk.span()];
    const [mine, other] = served.map((span) => trace.setSpan(serving(ROOT_CONTEXT, span), span));
    if (mine === undefined || other === undefined) throw new Error('unreachable');
    const record = context.with(mine, () => createRecord());

    const found = [other, at(spanContext())].map((foreign) =>
      context.with(foreign, () => currentTrace(record)),
    );

    expect(found.map((each) => each?.spanId)).toEqual([record.spanId, record.spanId]);
  });

  describe('outgoing headers', () => {
    const ignore = (): void => undefined;
    const created = channel('undici:request:create');

    afterEach(() => {
      created.unsubscribe(ignore);
    });

    const sent = (record: ReturnType<typeof createRecord>, sender: 'undici' | 'other') =>
      propagationHeaders(record, sender).traceparent;

    it('name the active span itself, as long as nobody instruments undici', () => {
      const [headers, span] = sdk.within((active) => [
        propagationHeaders(createRecord(), 'undici'),
        active.spanContext(),
      ]);

      expect(headers.traceparent).toBe(`00-${span.traceId}-${span.spanId}-01`);
    });

    it('name the span of the request where none is active', () => {
      const record = sdk.within(() => createRecord());

      expect(sent(record, 'other')).toBe(`00-${record.traceId}-${record.spanId}-01`);
    });

    it('are left to the instrumentation of undici, ids of the request apart', () => {
      created.subscribe(ignore);

      const [ours, others] = sdk.within(() => {
        const record = createRecord({}, { trusted: true });
        return [propagationHeaders(record, 'undici'), propagationHeaders(record, 'other')];
      });

      expect(Object.keys(ours)).toEqual(['x-request-id', 'x-correlation-id']);
      expect(others).toHaveProperty('traceparent');
    });

    it('are left to it without an active span too: it begins a trace of its own', () => {
      created.subscribe(ignore);

      expect(sent(requestRecord(), 'undici')).toBeUndefined();
    });

    it('are ours where tracing is suppressed, since nobody else adds any', () => {
      created.subscribe(ignore);

      const traceparent = context.with(suppressTracing(ROOT_CONTEXT), () => sent(requestRecord(), 'undici'));

      expect(traceparent).toBeDefined();
    });

    it('are ours where undici is watched by something that is no SDK', () => {
      sdk.stop();
      created.subscribe(ignore);

      expect(sent(requestRecord(), 'undici')).toBeDefined();
    });

    it.each([
      ['always', true],
      ['never', false],
    ] as const)('with propagation %s do not depend on any of it', (mode, isSent) => {
      const record = requestRecord({ propagation: mode, traceState: 'foo=1' });
      const before = propagationHeaders(record, 'undici');
      created.subscribe(ignore);
      const within = sdk.within(() => propagationHeaders(record, 'undici'));

      expect([before, within].map((headers) => 'traceparent' in headers)).toEqual([isSent, isSent]);
      expect('tracestate' in before).toBe(isSent);
    });
  });
});
