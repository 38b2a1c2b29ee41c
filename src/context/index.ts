export { type Ambient, ambientOf } from './ambient.ts';
export { appPrototypeOf } from './app-prototype.ts';
export type { BaggageOptions } from './baggage.ts';
export { CARRIER_DEFAULTS, type Carrier, type ToCarrierOptions, toCarrier } from './carrier.ts';
export { createRecord, type RecordOptions } from './create-record.ts';
export { type Cut, cutOf, markCut, wasCut, watchCut } from './cut.ts';
export { boundsOf, type CallBounds, type Enclosing, enclosing } from './enclosing.ts';
export type { ExposeOptions } from './expose.ts';
export { addContext } from './fields.ts';
export { type ExtractFormat, formatHeaders, type TraceFormat } from './formats/index.ts';
export { type HostRule, matchesHost, readHost, readHosts } from './hosts.ts';
export { type CarrierSetter, inject } from './inject.ts';
export { lifeOf, watchTurn } from './life.ts';
export { CONTEXT_DEFAULTS, type ContextOptions, readContextOptions } from './options.ts';
export { activeSpan, callForeign, currentTrace, hasSdk, ownSpanOf, type SpanTrace } from './otel.ts';
export { type OutgoingHeadersOptions, outgoingHeaders } from './outgoing.ts';
export { type OutgoingTrace, outgoingTrace, type Sender } from './outgoing-trace.ts';
export { abortableOf } from './own-record.ts';
export { preserve } from './preserve.ts';
export { besideGiven, isPropagationHeader, propagationHeaders } from './propagation.ts';
export { type Reading, readingOn } from './reading.ts';
export { rebind } from './rebind.ts';
export type { CarrierRejection, ContextValue, Propagation, RejectedId, RequestContext } from './record.ts';
export { stripOnRedirect } from './redirects.ts';
export { type ContextMiddleware, requestContext } from './request-context.ts';
export { RETRY_ATTEMPT_HEADER } from './retry-attempt.ts';
export { runDetached } from './run-detached.ts';
export { type RunWithCarrierOptions, runWithCarrier } from './run-with-carrier.ts';
export { signalLike } from './signal-like.ts';
export { noteStale } from './stale.ts';
export type { StaleMark } from './stale-mark.ts';
export {
  bindContext,
  contextOf,
  getContext,
  keepContext,
  runWithContext,
  tryGetContext,
} from './store.ts';
export {
  formatTraceparent,
  newSpanId,
  newTraceId,
  parseTraceparent,
  type Traceparent,
} from './traceparent.ts';
export { parseTracestate } from './tracestate.ts';
export type { Trust } from './trust.ts';
