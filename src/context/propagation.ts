import type { RequestContext } from './record.ts';
import { formatTraceparent, newSpanId } from './traceparent.ts';

/**
 * The headers by which an outgoing call belongs to the request: `x-request-id`, `x-correlation-id`, `traceparent` with a
 * span id that is new at each call of this function, and `tracestate` where there is one.
 */
export const propagationHeaders = (record: RequestContext): Record<string, string> => {
  const headers: Record<string, string> = {
    'x-request-id': record.requestId,
    'x-correlation-id': record.correlationId,
    traceparent: formatTraceparent({
      traceId: record.traceId,
      spanId: newSpanId(),
      traceFlags: record.traceFlags,
    }),
  };
  if (record.traceState !== undefined) headers.tracestate = record.traceState;
  return headers;
};
