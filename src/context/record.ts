import type { TraceFormat } from './formats/index.ts';
import type { HostRule } from './hosts.ts';

/** A value that the app bound to its request. */
export type ContextValue = string | number | boolean;

/**
 * Why a carrier was refused: it is none, is larger than any of ours, has a version that is unknown here, lacks a part, or
 * holds an id or a `traceparent` that is not well-formed.
 */
export type CarrierRejection =
  | 'no-carrier'
  | 'too-large'
  | 'unknown-version'
  | 'incomplete'
  | 'malformed-id'
  | 'malformed-trace';

/**
 * When outgoing calls carry a trace and `baggage` of ours: `auto` except for the headers that an OpenTelemetry
 * instrumentation adds to the same call, `always`, or `never`, which holds for every format.
 */
export type Propagation = 'auto' | 'always' | 'never';

/** Why a request id that came in was not taken. Its value is kept nowhere. */
export interface RejectedId {
  /** Lower-case name of the header. */
  readonly header: string;
  readonly reason: 'malformed' | 'duplicate' | 'empty' | 'too-long';
  /** Characters of all its values together. */
  readonly length: number;
}

/** Who a request is, for everything that happens on its behalf. Ids and scalars only, so that it pins no memory. */
export interface RequestContext {
  /** This request: a well-formed `X-Request-ID`, else a UUID. */
  readonly requestId: string;
  /** The conversation: a well-formed `X-Correlation-ID`, else the request id. */
  readonly correlationId: string;
  /** W3C trace id: 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** Our own span in that trace: 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** The caller's span, where there was one. */
  readonly parentSpanId: string | undefined;
  /** W3C trace flags: bit 0 sampled, bit 1 random trace id. */
  readonly traceFlags: number;
  /** W3C `tracestate` to pass on, or nothing. */
  readonly traceState: string | undefined;
  /** W3C `baggage` to pass on, or nothing. */
  readonly baggage?: string | undefined;
  /** A well-formed id that is not ours: of a caller who is not trusted to choose it, or of the request that sent this job. */
  readonly clientRequestId: string | undefined;
  /** Trace id of a caller who is not trusted to continue its trace here, or of a job's sender; ours is a new one. */
  readonly linkTraceId?: string | undefined;
  /** Span id of that caller. */
  readonly linkSpanId?: string | undefined;
  /** Why the carrier of this job was refused, if it was. */
  readonly rejectedCarrier?: CarrierRejection | undefined;
  /** When outgoing calls carry the W3C headers. @default 'auto' */
  readonly propagation?: Propagation | undefined;
  /** Members of the caller's `baggage` that the app listed for its logs, decoded. */
  readonly loggedBaggage?: Readonly<Record<string, string>> | undefined;
  /** Why the request id that came in was not taken, if it was not. */
  readonly rejectedId?: RejectedId | undefined;
  /** Formats beside W3C's in which outgoing calls say the trace. */
  readonly formats: readonly TraceFormat[];
  /** Aborts when the client leaves before it has its answer, or when the request's time is up. */
  readonly signal: AbortSignal;
  /** When the request's time is up, in milliseconds of the monotonic clock; `undefined` for no limit. */
  readonly deadline: number | undefined;
  /** That this request is itself a retry, and which one (1 for the first), as its caller says. A job is none. */
  readonly retryAttempt?: number | undefined;
  /** Hosts to which ids and trace may go along with a call; the same list for each request of an app. */
  readonly propagateTo: readonly HostRule[];
  /** What the app bound with `addContext`. */
  readonly fields: Readonly<Record<string, ContextValue>>;
}
