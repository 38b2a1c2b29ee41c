import type { IncomingMessage } from 'node:http';
import {
  contextOf,
  createRecord,
  keepContext,
  type RequestContext,
  tryGetContext,
} from '../context/index.ts';

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
