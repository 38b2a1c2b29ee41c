import { type ForeignParent, type FormatIds, notZero, type ReadHeader } from './formats.ts';

const NAME = 'x-cloud-trace-context';
// The span is an unsigned number of 64 bits in decimal digits, of which there are at most 20.
const PATTERN = /^([0-9a-f]{32})(?:\/(\d{1,20}))?(?:;o=([01]))?$/;
const MAX_SPAN = 0xffff_ffff_ffff_ffffn;

const spanOf = (decimal: string): string | undefined => {
  const span = BigInt(decimal);
  return span > MAX_SPAN ? undefined : notZero(span.toString(16).padStart(16, '0'));
};

/**
 * Reads `X-Cloud-Trace-Context`: `TRACE_ID/SPAN_ID;o=OPTIONS`, the span in decimal digits.
 *
 * @see https://cloud.google.com/trace/docs/trace-context#legacy-http-header
 */
export const readGcp = (header: ReadHeader): ForeignParent | undefined => {
  const match = PATTERN.exec(header(NAME)?.toLowerCase() ?? '');
  const traceId = notZero(match?.[1]);
  if (match === null || traceId === undefined) return undefined;
  const [, , decimal, option] = match;
  const spanId = decimal === undefined ? undefined : spanOf(decimal);
  return { traceId, spanId, sampled: option === undefined ? undefined : option === '1' };
};

/** `X-Cloud-Trace-Context`. */
export const formatGcp: FormatIds = ({ traceId, spanId, sampled }) => ({
  [NAME]: `${traceId}/${BigInt(`0x${spanId}`)};o=${sampled ? 1 : 0}`,
});
