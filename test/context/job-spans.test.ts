import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import {
  createRecord,
  currentTrace,
  inject,
  ownSpanOf,
  type RequestContext,
  runWithCarrier,
  runWithContext,
  toCarrier,
} from '../../src/context/index.ts';
import { type StartedSdk, serving, startSdk } from '../support/otel.ts';
import { requestRecord } from '../support/records.ts';

const SENDER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const [, SENDER_TRACE, SENDER_SPAN] = SENDER.split('-');
const carrier = Object.freeze({
  v: 1,
  requestId: 'r-1',
  correlationId: 'c-1',
  traceparent: SENDER,
  tracestate: 'a=1',
});

/** What a job says of its trace, in each of the places where it does. */
const said = (job: RequestContext) => ({
  record: [job.traceId, job.spanId],
  line: [currentTrace(job)?.traceId, currentTrace(job)?.spanId],
  wire: inject<Record<string, string>>({}).traceparent?.split('-').slice(1, 3),
});

const idsOf = ({ traceId, spanId }: SpanContext) => [traceId, spanId];

describe('a job under a span of an SDK', () => {
  let sdk: StartedSdk;

  beforeEach(() => {
    sdk = startSdk();
  });

  afterEach(() => {
    sdk.stop();
  });

  it.each(['continue', 'link'] as const)(
    'is in the trace of that span with mode %s, and links that of its sender',
    (mode) => {
      const [job, ids, span] = sdk.within((consumer) =>
        runWithCarrier(carrier, (record) => [record, said(record), consumer] as const, { mode }),
      );

      const own = idsOf(span.spanContext());
      expect(ids).toEqual({ record: own, line: own, wire: own });
      expect(job).toMatchObject({
        correlationId: 'c-1',
        linkTraceId: SENDER_TRACE,
        linkSpanId: SENDER_SPAN,
        parentSpanId: undefined,
        traceState: undefined,
      });
      expect(ownSpanOf(job)).toBe(span);
    },
  );

  it.each(['continue', 'link'] as const)(
    'links nothing with mode %s where the SDK continued the trace of the sender',
    (mode) => {
      const remote = {
        traceId: String(SENDER_TRACE),
        spanId: String(SENDER_SPAN),
        traceFlags: 1,
        isRemote: true,
      };

      const job = context.with(trace.setSpanContext(ROOT_CONTEXT, remote), () =>
        sdk.within(() => runWithCarrier(carrier, (record) => record, { mode })),
      );

      expect(job).toMatchObject({
        traceId: SENDER_TRACE,
        parentSpanId: SENDER_SPAN,
        linkTraceId: undefined,
        linkSpanId: undefined,
      });
    },
  );

  it('shares its trace with the other jobs of a batch, and mixes none of their senders in', () => {
    const senders = ['1', '2'].map((digit) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`);

    const [jobs, span] = sdk.within((batch) => [
      senders.map((traceparent) => runWithCarrier({ ...carrier, traceparent }, said)),
      batch.spanContext(),
    ]);

    const own = idsOf(span);
    expect(jobs).toEqual([1, 2].map(() => ({ record: own, line: own, wire: own })));
  });

  it('follows a span that becomes active within it', () => {
    const [ids, inner] = sdk.within(() =>
      runWithCarrier(carrier, (job) => sdk.within((span) => [said(job), idsOf(span.spanContext())])),
    );

    expect(ids).toMatchObject({ line: inner, wire: inner });
  });

  it('follows one in a worker that was started in a request which is long over', () => {
    const request = sdk.span();
    request.end();

    const { ids, outer, within } = context.with(serving(ROOT_CONTEXT, request), () =>
      sdk.within((consumer) =>
        runWithCarrier(carrier, (job) => {
          const inner = sdk.within((span) => ({ said: said(job), ids: idsOf(span.spanContext()) }));
          return { ids: said(job), outer: consumer, within: inner };
        }),
      ),
    );

    const own = idsOf(outer.spanContext());
    expect(ids).toEqual({ record: own, line: own, wire: own });
    expect(within.said).toMatchObject({ line: within.ids, wire: within.ids });
  });

  it('run by its own request is a part of the span that is active, whose parent it has', () => {
    const served = sdk.span();
    const [ids, job, child] = context.with(trace.setSpan(serving(ROOT_CONTEXT, served), served), () => {
      const record = createRecord();
      return runWithContext(record, () =>
        sdk.within((span) =>
          runWithCarrier(toCarrier(), (each) => [said(each), each, span.spanContext()] as const),
        ),
      );
    });

    const own = idsOf(child);
    expect(ids).toEqual({ record: own, line: own, wire: own });
    expect(job).toMatchObject({ parentSpanId: served.spanContext().spanId, linkTraceId: undefined });
  });

  it('takes no notice of the span of another request, met in a callback', () => {
    const other = sdk.span();
    const [job, ids] = sdk.within(() =>
      runWithCarrier(carrier, (record) => [
        record,
        context.with(trace.setSpan(serving(ROOT_CONTEXT, other), other), () => said(record)),
      ]),
    );

    const own = [job.traceId, job.spanId];
    expect(ids).toEqual({ record: own, line: own, wire: own });
  });
});

describe('a job without a span', () => {
  let sdk: StartedSdk;

  beforeEach(() => {
    sdk = startSdk();
  });

  afterEach(() => {
    sdk.stop();
  });

  it.each([
    ['none is active', () => ROOT_CONTEXT],
    ['the active one has ended', () => trace.setSpan(ROOT_CONTEXT, ended())],
    ['there is the place of the sender alone', () => trace.setSpanContext(ROOT_CONTEXT, remote)],
  ])('continues the trace of its sender with a span id of its own where %s', (_where, at) => {
    const { job, ids } = context.with(at(), () =>
      runWithCarrier(carrier, (record) => ({ job: record, ids: said(record) })),
    );

    expect(job).toMatchObject({ traceId: SENDER_TRACE, parentSpanId: SENDER_SPAN, traceState: 'a=1' });
    expect(ids.line).toEqual(ids.record);
    expect(ids.wire?.[0]).toBe(SENDER_TRACE);
    expect(new Set([SENDER_SPAN, job.spanId, ids.wire?.[1]]).size).toBe(3);
  });

  it('follows a span that becomes active within it, whichever trace that begins', () => {
    const [ids, inner] = runWithCarrier(carrier, (job) =>
      sdk.within((span) => [said(job), idsOf(span.spanContext())]),
    );

    expect(ids).toMatchObject({ line: inner, wire: inner });
  });

  it('is as little disturbed as a request by a span that ended before it', () => {
    const record = requestRecord();

    const now = context.with(trace.setSpan(ROOT_CONTEXT, ended()), () => currentTrace(record));

    expect(now?.traceId).toBe(record.traceId);
  });

  const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };

  const ended = () => {
    const span = sdk.span();
    span.end();
    return span;
  };
});
