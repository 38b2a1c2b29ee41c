import { currentTrace, hasSdk, type RequestContext } from '../context/index.ts';

/** Whom a line is about, as far as its trace goes. */
export interface LineTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/**
 * The trace of a line. One that names its record has the ids of that request's own span: in a listener of a response the
 * active span can be another request's. Any other has those of the span that is active as it is written.
 */
export const traceOfLine = (record: RequestContext | undefined, isNamed: boolean): LineTrace | undefined =>
  isNamed ? record : currentTrace(record);

/** What the OpenTelemetry instrumentation of pino puts into each line, of whatever span is active. */
const INSTRUMENTED = ['trace_id', 'span_id', 'trace_flags'] as const;

/** Whether a mixin has those fields. Without an SDK they are somebody's own. */
export const isInstrumented = (mixin: object): boolean =>
  hasSdk() && INSTRUMENTED.every((name) => Object.hasOwn(mixin, name));

/** What those fields are to say instead: the same as ours, and nothing where a line has no trace. */
export const instrumentedFields = (trace: LineTrace | undefined): object => ({
  trace_id: trace?.traceId,
  span_id: trace?.spanId,
  trace_flags: trace && `0${trace.traceFlags}`,
});
