import { readForeign } from './formats/index.ts';
import { type HeaderSource, linesOf, singleLine } from './header-lines.ts';
import type { ContextSettings } from './options.ts';
import type { RequestContext } from './record.ts';
import { isSampled } from './sampling.ts';
import { NEW_TRACE_FLAGS, newSpanId, newTraceId, parseTraceparent, SAMPLED_FLAG } from './traceparent.ts';
import { parseTracestate } from './tracestate.ts';

/** How a request's trace is read. */
export type TraceSettings = Pick<ContextSettings, 'extract' | 'sampledRatio'>;

/** The part of a record that says the trace. */
export type Trace = Pick<
  RequestContext,
  'traceId' | 'spanId' | 'parentSpanId' | 'traceFlags' | 'traceState' | 'linkTraceId' | 'linkSpanId'
>;

/** What the headers say of the caller's trace, in whichever format. */
interface Parent {
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** `undefined` where the decision is left to us. */
  readonly traceFlags: number | undefined;
  readonly traceState: string | undefined;
}

const NO_PARENT: Parent = Object.freeze({
  traceId: undefined,
  spanId: undefined,
  traceFlags: undefined,
  traceState: undefined,
});

const readParent = (source: HeaderSource, { extract }: TraceSettings): Parent => {
  if (source.headers.traceparent === undefined && extract.length === 0) return NO_PARENT;
  const header = (name: string): string | undefined => singleLine(source, name);
  const w3c = parseTraceparent(header('traceparent'));
  // Several lines of one tracestate are one list (W3C Trace Context §3.3.1).
  if (w3c !== undefined)
    return { ...w3c, traceState: parseTracestate(linesOf(source, 'tracestate').join(',')) };
  const foreign = readForeign(extract, header);
  if (foreign === undefined) return NO_PARENT;
  const { traceId, spanId, sampled } = foreign;
  // Without the random flag: these formats promise nothing of how an id was made.
  const traceFlags = sampled === undefined ? undefined : Number(sampled) * SAMPLED_FLAG;
  return { traceId, spanId, traceFlags, traceState: undefined };
};

const sampledFlag = (traceId: string, { sampledRatio }: TraceSettings): number =>
  isSampled(traceId, sampledRatio) ? SAMPLED_FLAG : 0;

const begin = (settings: TraceSettings, decided: number | undefined, caller = NO_PARENT): Trace => {
  const traceId = newTraceId();
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: undefined,
    traceFlags: NEW_TRACE_FLAGS | (decided ?? sampledFlag(traceId, settings)),
    traceState: undefined,
    linkTraceId: caller.traceId,
    linkSpanId: caller.spanId,
  };
};

/**
 * Continues the trace that a request's headers say, or begins one: where they say none that is well-formed, and where the
 * caller is not trusted. What such a caller said is a link, and nothing more: not even whether to sample.
 */
export const readTrace = (source: HeaderSource, trusted: boolean, settings: TraceSettings): Trace => {
  const caller = readParent(source, settings);
  if (!trusted) return begin(settings, undefined, caller);
  const { traceId, spanId, traceFlags, traceState } = caller;
  if (traceId === undefined) return begin(settings, traceFlags);
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: spanId,
    traceFlags: traceFlags ?? sampledFlag(traceId, settings),
    traceState,
    linkTraceId: undefined,
    linkSpanId: undefined,
  };
};
