import { readSafely } from '../kernel/index.ts';
import type { RequestContext } from './record.ts';
import { formatTraceparent, parseTraceparent, type Traceparent } from './traceparent.ts';
import { parseTracestate } from './tracestate.ts';

// What OpenTelemetry keeps in the open, under names that every copy of it shares. They are read and nothing of it is
// imported, so that nothing of it is loaded without an SDK. Each name is pinned by a test with the real SDK.
const API = Symbol.for('opentelemetry.js.api.1');
const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');
const RPC_KEY = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA');
const SUPPRESS_KEY = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** What a span says of its trace. */
export interface SpanTrace extends Traceparent {
  readonly traceState: string | undefined;
}

/** The span of a request or a job, and the part of the record that it decides. */
export interface OwnSpan {
  readonly span: object;
  /** The span of the request that was being served where the record was made; that of a request is its own. */
  readonly served: object | undefined;
  readonly trace: SpanTrace & Pick<RequestContext, 'parentSpanId' | 'linkTraceId' | 'linkSpanId'>;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Calls a method of a foreign object; one that throws, or is missing, answers `undefined`. */
export const callForeign = (owner: unknown, method: string, ...args: readonly unknown[]): unknown => {
  const called = readSafely(owner, method);
  if (typeof called !== 'function') return undefined;
  try {
    return Reflect.apply(called, owner, args);
  } catch {
    // A broken SDK must break neither a request nor a log line, and there is nobody else to tell.
    return undefined;
  }
};

// globalThis takes any symbol. Read by key: Reflect.get takes five times as long, and each log line asks (measured).
const readApi = (): unknown => (globalThis as { readonly [API]?: unknown })[API];

/** The context that the SDK holds for the code that runs now. */
const activeContext = (): object | undefined => {
  const api = readApi();
  if (api === undefined) return undefined;
  const context = callForeign(readSafely(api, 'context'), 'active');
  return isObject(context) ? context : undefined;
};

const contextValue = (context: object, key: symbol): object | undefined => {
  const value = callForeign(context, 'getValue', key);
  return isObject(value) ? value : undefined;
};

/** The span of the request that an instrumentation of Node's http serves in this context. */
const servedSpan = (context: object): object | undefined => {
  const rpc = contextValue(context, RPC_KEY);
  const span = readSafely(rpc, 'type') === 'http' ? readSafely(rpc, 'span') : undefined;
  return isObject(span) ? span : undefined;
};

/** What a span says, checked; `undefined` for one that is invalid, and for one that only stands for the caller's. */
const readTraceOf = (span: object): SpanTrace | undefined => {
  const context = callForeign(span, 'spanContext');
  if (!isObject(context) || readSafely(context, 'isRemote') === true) return undefined;
  const traceId = readSafely(context, 'traceId');
  const spanId = readSafely(context, 'spanId');
  const flags = readSafely(context, 'traceFlags');
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return undefined;
  const traceFlags = typeof flags === 'number' ? flags : 0;
  // Written and read again: one grammar for ids, and of the flags only the bits that are known.
  const ids = parseTraceparent(formatTraceparent({ traceId, spanId, traceFlags }));
  const state = callForeign(readSafely(context, 'traceState'), 'serialize');
  return ids && { ...ids, traceState: parseTracestate(typeof state === 'string' ? state : undefined) };
};

// What a span says never changes, and each log line asks for it; checking it takes microseconds (measured).
const known = new WeakMap<object, { readonly trace: SpanTrace | undefined }>();

const traceOf = (span: object): SpanTrace | undefined => {
  const found = known.get(span) ?? { trace: readTraceOf(span) };
  known.set(span, found);
  return found.trace;
};

const SPAN_ID = /^[0-9a-f]{16}$/;

/** The parent of a span, as the versions 2 and 1 of the SDK keep it. */
const parentOf = (span: object): string | undefined => {
  const id = readSafely(readSafely(span, 'parentSpanContext'), 'spanId') ?? readSafely(span, 'parentSpanId');
  return typeof id === 'string' && SPAN_ID.test(id) ? id : undefined;
};

const hasEnded = (span: object): boolean => readSafely(span, 'ended') === true;

const ownSpan = (span: object | undefined, served: object | undefined): OwnSpan | undefined => {
  // A server that was started inside a span leaves it, long ended, to each of its requests.
  if (span === undefined || hasEnded(span)) return undefined;
  const trace = traceOf(span);
  return (
    trace && {
      span,
      served,
      trace: { ...trace, parentSpanId: parentOf(span), linkTraceId: undefined, linkSpanId: undefined },
    }
  );
};

/** Finds the span that a record belongs to from its start, where an SDK made one. */
export type ReadOwnSpan = () => OwnSpan | undefined;

/** The span of the request that begins now. */
export const spanOfRequest: ReadOwnSpan = () => {
  const context = activeContext();
  if (context === undefined) return undefined;
  const served = servedSpan(context);
  // Not the innermost one: that can be the span of this very middleware, which ends as the next one is called.
  return ownSpan(served ?? contextValue(context, SPAN_KEY), served);
};

/** The span of the job that begins now: the innermost one, whatever request its worker was started in. */
export const spanOfJob: ReadOwnSpan = () => {
  const context = activeContext();
  return context && ownSpan(contextValue(context, SPAN_KEY), servedSpan(context));
};

const SPANS = Symbol.for('express-breakwater.spans.v0');

interface Slot {
  [SPANS]?: WeakMap<object, OwnSpan>;
}

// One per process, whatever the number of copies of this package, as the store is. globalThis takes any symbol.
const slot = globalThis as Slot;
slot[SPANS] ??= new WeakMap();
const spans = slot[SPANS];

/** Remembers the span of a record: error middleware and listeners have no active one. */
export const keepSpan = (record: RequestContext, own: OwnSpan): void => {
  // The bag of fields is what copies of a record share.
  spans.set(record.fields, own);
};

/** The span that a request is served under, or a job runs under, from its start. */
export const ownSpanOf = (record: RequestContext): object | undefined => spans.get(record.fields)?.span;

/** The span that is active now, whomever it belongs to. */
export const activeSpan = (): object | undefined => {
  const context = activeContext();
  return context && contextValue(context, SPAN_KEY);
};

/**
 * Whether the active span may speak for a record: that of another request, met in a callback, may not, nor one that had
 * ended before a record without a span was made.
 */
const belongsTo = (context: object, span: object, record: RequestContext): boolean => {
  const own = spans.get(record.fields);
  if (own === undefined) return !hasEnded(span);
  const served = servedSpan(context);
  return served === undefined ? traceOf(span)?.traceId === record.traceId : served === own.served;
};

const activeTrace = (record: RequestContext | undefined): SpanTrace | undefined => {
  const context = activeContext();
  const span = context && contextValue(context, SPAN_KEY);
  if (context === undefined || span === undefined) return undefined;
  return record === undefined || belongsTo(context, span, record) ? traceOf(span) : undefined;
};

/**
 * The trace and the span that work belongs to now: those of the active span of an OpenTelemetry SDK, else those of the
 * request, else none. A span of another request counts for nothing.
 */
export const currentTrace = (record: RequestContext | undefined): SpanTrace | undefined =>
  activeTrace(record) ?? record;

/** As `currentTrace`, but `undefined` where no SDK has a span for the request. */
export const spanTrace = (record: RequestContext): SpanTrace | undefined =>
  activeTrace(record) ?? (ownSpanOf(record) === undefined ? undefined : record);

const namesOf = (fields: unknown): readonly string[] =>
  Array.isArray(fields) ? fields.map((name) => String(name).toLowerCase()) : [];

/**
 * Lower-case names of the headers that the SDK writes in the active context, once an instrumentation asks it to;
 * `undefined` where it writes none.
 */
export const sdkHeaders = (): readonly string[] | undefined => {
  const api = readApi();
  const propagator = readSafely(api, 'propagation');
  if (!isObject(readSafely(api, 'trace')) || !isObject(propagator)) return undefined;
  const context = activeContext();
  if (context === undefined || callForeign(context, 'getValue', SUPPRESS_KEY) === true) return undefined;
  return namesOf(callForeign(propagator, 'fields'));
};

/** Runs `work` exactly once in a context of the SDK, and hands on what it returns or throws. */
const runInSdkContext = <T>(context: object, work: () => T): T => {
  let run: (() => T) | undefined;
  callForeign(readSafely(readApi(), 'context'), 'with', context, () => {
    try {
      const value = work();
      run = () => value;
    } catch (error) {
      run = () => {
        throw error;
      };
    }
  });
  // A broken SDK did not call it.
  return (run ?? work)();
};

/** A function that runs work in the SDK's context of now, from wherever it is called: its spans have their parent then. */
export const keepSdkContext = (): (<T>(work: () => T) => T) => {
  const context = activeContext();
  return (work) => (context === undefined ? work() : runInSdkContext(context, work));
};

/** Whether an SDK is there at all. */
export const hasSdk = (): boolean => readApi() !== undefined;
