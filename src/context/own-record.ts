import type { Abortable } from '../kernel/index.ts';
import type { Baggage } from './baggage.ts';
import type { TraceFormat } from './formats/index.ts';
import type { HostRule } from './hosts.ts';
import { behind, LIFE, type Life } from './life.ts';
import type { Trace } from './read-trace.ts';
import type { ContextValue, Propagation, RejectedId, RequestContext } from './record.ts';

/** What the headers of a request say of its ids. */
export interface Ids {
  readonly requestId: string;
  readonly correlationId: string;
  readonly clientRequestId: string | undefined;
  readonly rejectedId: RejectedId | undefined;
}

/** What a record is made of. */
export interface RecordParts {
  readonly ids: Ids;
  readonly trace: Trace;
  readonly baggage: Baggage | undefined;
  readonly formats: readonly TraceFormat[];
  readonly propagation: Propagation;
  readonly retryAttempt: number | undefined;
  readonly propagateTo: readonly HostRule[];
  readonly life: Life;
}

// Shared, and asked by copies of the record: with accessors of its own a record takes 1.6 µs to make instead of 0.4, and
// each reading of any of its members 70 ns instead of 6 (Node 24).
const SIGNAL: PropertyDescriptor = {
  get(this: OwnRecord) {
    return this[LIFE].signal;
  },
  enumerable: true,
};
const DEADLINE: PropertyDescriptor = {
  get(this: OwnRecord) {
    return this[LIFE].deadline;
  },
  enumerable: true,
};

// An object that is made without a prototype is a dictionary of 184 bytes; one that loses it has 24 (Node 24).
class Fields {}

/** A record that a life stands behind. Frozen. */
export class OwnRecord implements RequestContext {
  readonly #life: Life;
  declare readonly requestId: string;
  declare readonly correlationId: string;
  declare readonly clientRequestId: string | undefined;
  declare readonly rejectedId: RejectedId | undefined;
  declare readonly traceId: string;
  declare readonly spanId: string;
  declare readonly parentSpanId: string | undefined;
  declare readonly traceFlags: number;
  declare readonly traceState: string | undefined;
  declare readonly linkTraceId: string | undefined;
  declare readonly linkSpanId: string | undefined;
  declare readonly baggage: string | undefined;
  declare readonly loggedBaggage: Readonly<Record<string, string>> | undefined;
  declare readonly formats: readonly TraceFormat[];
  declare readonly propagation: Propagation;
  declare readonly signal: AbortSignal;
  declare readonly deadline: number | undefined;
  declare readonly retryAttempt: number | undefined;
  declare readonly propagateTo: readonly HostRule[];
  declare readonly fields: Readonly<Record<string, ContextValue>>;

  constructor({ ids, trace, baggage, formats, propagation, retryAttempt, propagateTo, life }: RecordParts) {
    this.#life = life;
    this.requestId = ids.requestId;
    this.correlationId = ids.correlationId;
    this.clientRequestId = ids.clientRequestId;
    this.rejectedId = ids.rejectedId;
    this.traceId = trace.traceId;
    this.spanId = trace.spanId;
    this.parentSpanId = trace.parentSpanId;
    this.traceFlags = trace.traceFlags;
    this.traceState = trace.traceState;
    this.linkTraceId = trace.linkTraceId;
    this.linkSpanId = trace.linkSpanId;
    this.baggage = baggage?.baggage;
    this.loggedBaggage = baggage?.loggedBaggage;
    this.formats = formats;
    this.propagation = propagation;
    Object.defineProperty(this, 'signal', SIGNAL);
    Object.defineProperty(this, 'deadline', DEADLINE);
    this.retryAttempt = retryAttempt;
    this.propagateTo = propagateTo;
    // No prototype: a bound field can never be mistaken for an inherited one.
    this.fields = Object.setPrototypeOf(new Fields(), null);
    Object.freeze(this);
  }

  get [LIFE](): Life {
    return this.#life;
  }

  static abortableOf(record: RequestContext): Abortable {
    return #life in record ? record.#life.abortable : behind(record.signal);
  }
}

/**
 * What the signal of a record says, without making that where nobody asked for it: to listen to one of the platform costs
 * ten times as much. A copy, or what stands in for a record, may have a signal of its own.
 */
export const abortableOf = (record: RequestContext): Abortable => OwnRecord.abortableOf(record);
