/** A trace format beside W3C's in which ids are read on request. */
export type ExtractFormat = 'b3' | 'gcp' | 'xray';

/** A trace format beside W3C's in which ids are sent on request; `b3` is one header, `b3multi` several. */
export type TraceFormat = ExtractFormat | 'b3multi';

/** What the headers of a vendor's format say of the caller. */
export interface ForeignParent {
  /** 32 lower-case hexadecimal digits; `undefined` where only the decision was sent. */
  readonly traceId: string | undefined;
  /** 16 lower-case hexadecimal digits; `undefined` where the sender named none. */
  readonly spanId: string | undefined;
  /** Whether the trace is recorded; `undefined` where the sender left it open. */
  readonly sampled: boolean | undefined;
}

/** The value of a header by its lower-case name; `undefined` where it is missing or was sent more than once. */
export type ReadHeader = (name: string) => string | undefined;

/** What an outgoing call says of its trace, in any format. */
export interface OutgoingIds {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** Span of the call: 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** Our own span, in which the call is made; `undefined` where the call is said to be that span itself. */
  readonly parentSpanId: string | undefined;
  readonly sampled: boolean;
}

/** Headers, names in lower case, that say `ids` in one format. */
export type FormatIds = (ids: OutgoingIds) => Record<string, string>;

const ALL_ZERO = /^0+$/;

/** `digits` unless they are all zero, which no format takes for an id. */
export const notZero = (digits: string | undefined): string | undefined =>
  digits === undefined || ALL_ZERO.test(digits) ? undefined : digits;
