import { trimSpace } from './header-lines.ts';
import { randomHex } from './random-hex.ts';

/** What a `traceparent` header says. */
export interface Traceparent {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** Bit 0 sampled, bit 1 random trace id; other bits are dropped. */
  readonly traceFlags: number;
}

const PATTERN = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ALL_ZERO = /^0+$/;
const KNOWN_FLAGS = 0b11;

/** Bit 0: the caller may have recorded the trace. */
export const SAMPLED_FLAG = 0b01;
/** Flags of a trace that begins here: its id is random; whether it is sampled is said beside. */
export const NEW_TRACE_FLAGS = 0b10;

/**
 * Reads a `traceparent` header; `undefined` for anything malformed, two headers that were joined by a comma included.
 * A version higher than ours is read as far as ours goes.
 *
 * @see https://www.w3.org/TR/trace-context-2/#traceparent-header
 */
export const parseTraceparent = (header: string | undefined): Traceparent | undefined => {
  const match = PATTERN.exec(trimSpace(header ?? ''));
  if (match === null) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = match;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (ALL_ZERO.test(traceId) || ALL_ZERO.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & KNOWN_FLAGS };
};

/** The `traceparent` header that says this, always in version 00. */
export const formatTraceparent = ({ traceId, spanId, traceFlags }: Traceparent): string =>
  `00-${traceId}-${spanId}-0${traceFlags & KNOWN_FLAGS}`;

/** A fresh trace id. */
export const newTraceId = (): string => randomHex(16);

/** A fresh span id; each attempt of an outgoing call takes one of its own. */
export const newSpanId = (): string => randomHex(8);
