import type { RequestContext } from '../../src/context/index.ts';

/** A request being served, for tests that need one around a call. */
export const requestRecord = (change: Partial<RequestContext> = {}): RequestContext => ({
  requestId: 'req-1',
  correlationId: 'corr-1',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: undefined,
  traceFlags: 1,
  traceState: undefined,
  clientRequestId: undefined,
  signal: new AbortController().signal,
  formats: [],
  deadline: undefined,
  propagateTo: [],
  fields: {},
  ...change,
});
