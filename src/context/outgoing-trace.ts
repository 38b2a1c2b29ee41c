import { channel } from 'node:diagnostics_channel';
import { type SpanTrace, sdkHeaders, spanTrace } from './otel.ts';
import type { RequestContext } from './record.ts';
import { newSpanId } from './traceparent.ts';

/** What sends a call: `undici` for our clients and for `fetch`, whose instrumentation adds headers without looking. */
export type Sender = 'undici' | 'other';

/** The trace of an outgoing call. */
export interface OutgoingTrace extends SpanTrace {
  /** Whether it is that of a span which an SDK holds. */
  readonly isSpan: boolean;
}

// The instrumentation of undici and fetch is a subscriber here.
const created = channel('undici:request:create');

/**
 * Lower-case names of the headers that an instrumentation of the SDK adds to a call by itself, to whatever is there: with
 * ours beside them receivers drop both. `undefined` where nobody adds any, and where the app has said who does.
 */
export const addedHeaders = (
  { propagation = 'auto' }: RequestContext,
  sender: Sender,
): readonly string[] | undefined =>
  propagation === 'auto' && sender === 'undici' && created.hasSubscribers ? sdkHeaders() : undefined;

/**
 * The trace of an outgoing call: that of the span which an SDK holds for the request, as it is; without one, the
 * request's with a span id that is new at each call of this function.
 */
export const outgoingTrace = (record: RequestContext): OutgoingTrace => {
  const span = spanTrace(record);
  const { traceId, traceFlags, traceState } = span ?? record;
  const spanId = span === undefined ? newSpanId() : span.spanId;
  return { traceId, spanId, traceFlags, traceState, isSpan: span !== undefined };
};
