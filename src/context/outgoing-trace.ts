import { channel } from 'node:diagnostics_channel';
import { type SpanTrace, sdkInjects, spanTrace } from './otel.ts';
import type { RequestContext } from './record.ts';
import { newSpanId } from './traceparent.ts';

/** What sends a call: `undici` for our clients and for `fetch`, whose instrumentation adds headers without looking. */
export type Sender = 'undici' | 'other';

/** The trace of an outgoing call. */
export interface OutgoingTrace extends SpanTrace {
  /** Whether the W3C headers go along. */
  readonly isWritten: boolean;
}

// The instrumentation of undici and fetch is a subscriber here.
const created = channel('undici:request:create');

const isWritten = ({ propagation = 'auto' }: RequestContext, sender: Sender): boolean => {
  if (propagation !== 'auto') return propagation === 'always';
  // It adds its headers to whatever is there: a second traceparent, which makes receivers drop both.
  return !(sender === 'undici' && created.hasSubscribers && sdkInjects());
};

/**
 * The trace of an outgoing call: that of the span which an SDK holds for the request, as it is; without one, the
 * request's with a span id that is new at each call of this function.
 */
export const outgoingTrace = (record: RequestContext, sender: Sender): OutgoingTrace => {
  const { traceId, spanId, traceFlags, traceState } = spanTrace(record) ?? { ...record, spanId: newSpanId() };
  return { traceId, spanId, traceFlags, traceState, isWritten: isWritten(record, sender) };
};
