import { type ForeignParent, type FormatIds, notZero, type ReadHeader } from './formats.ts';

const TRACE_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const SINGLE = /^([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-([01d])(?:-[0-9a-f]{16})?)?$/;

/** `d` asks for debugging, which is sampled and more; `true` and `false` are what old senders wrote. */
const DECISIONS: ReadonlyMap<string | undefined, boolean> = new Map([
  ['1', true],
  ['d', true],
  ['true', true],
  ['0', false],
  ['false', false],
]);

const fromIds = (
  trace: string | undefined,
  span: string | undefined,
  sampled: boolean | undefined,
): ForeignParent | undefined => {
  const traceId = notZero(trace)?.padStart(32, '0');
  const spanId = notZero(span);
  return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId, sampled };
};

const decision = (sampled: boolean | undefined): ForeignParent | undefined =>
  sampled === undefined ? undefined : { traceId: undefined, spanId: undefined, sampled };

const readSingle = (given: string | undefined): ForeignParent | undefined => {
  const header = given?.toLowerCase();
  if (header === undefined) return undefined;
  if (header.length === 1) return decision(DECISIONS.get(header));
  const [, trace, span, state] = SINGLE.exec(header) ?? [];
  return fromIds(trace, span, DECISIONS.get(state));
};

const readMulti = (header: ReadHeader): ForeignParent | undefined => {
  const sampled = header('x-b3-flags') === '1' || DECISIONS.get(header('x-b3-sampled')?.toLowerCase());
  const trace = header('x-b3-traceid')?.toLowerCase();
  const span = header('x-b3-spanid')?.toLowerCase();
  if (trace === undefined && span === undefined) return decision(sampled);
  if (!TRACE_ID.test(trace ?? '') || !SPAN_ID.test(span ?? '')) return undefined;
  return fromIds(trace, span, sampled);
};

/**
 * Reads B3: the single header, and where that says nothing the several ones. A trace id of 64 bits is padded on the left.
 *
 * @see https://github.com/openzipkin/b3-propagation
 */
export const readB3 = (header: ReadHeader): ForeignParent | undefined =>
  readSingle(header('b3')) ?? readMulti(header);

/** B3 in one header. */
export const formatB3: FormatIds = ({ traceId, spanId, parentSpanId, sampled }) => ({
  b3: `${traceId}-${spanId}-${sampled ? 1 : 0}${parentSpanId === undefined ? '' : `-${parentSpanId}`}`,
});

/** B3 in several headers. */
export const formatB3Multi: FormatIds = ({ traceId, spanId, parentSpanId, sampled }) => ({
  'x-b3-traceid': traceId,
  'x-b3-spanid': spanId,
  ...(parentSpanId !== undefined && { 'x-b3-parentspanid': parentSpanId }),
  'x-b3-sampled': sampled ? '1' : '0',
});
