import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { contextOf, keepContext, type RequestContext, tryGetContext } from '../context/index.ts';

const createRecord = (): RequestContext => {
  const requestId = randomUUID();
  return Object.freeze({
    requestId,
    correlationId: requestId,
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: undefined,
    traceFlags: 0,
    traceState: undefined,
    clientRequestId: undefined,
    signal: new AbortController().signal,
    deadline: undefined,
    fields: Object.freeze({}),
  });
};

/**
 * The request's own record. Where `requestContext()` never saw the request, the ambient one, or else a fresh one, is
 * kept with it, so that answer and log carry the same ids even then.
 */
export const recordOf = (req: IncomingMessage): RequestContext => {
  const own = contextOf(req);
  if (own !== undefined) return own;
  const record = tryGetContext() ?? createRecord();
  keepContext(req, record);
  return record;
};
