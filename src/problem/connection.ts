import type { IncomingMessage, ServerResponse } from 'node:http';
import { abortableOf, type RequestContext, wasCut } from '../context/index.ts';
import { isTechnicalError } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

/**
 * How far the answer of a request got: `open` (nothing sent), `started` (headers sent, more to come), `complete`, or
 * `gone` (the client left before it had all of it).
 */
export type ConnectionState = 'open' | 'started' | 'complete' | 'gone';

/** Reads the state from request and response: error codes cannot tell our client's abort from one on the far side. */
export const connectionState = (req: IncomingMessage, res: ServerResponse): ConnectionState => {
  if (res.writableEnded) return 'complete';
  // We broke it off; the client is not to blame.
  if (wasCut(req)) return 'started';
  // A pipelined response has no socket before its turn; a pipeline() that failed takes the request's away, and aborts it.
  const socket = readSafely(res, 'socket') ?? readSafely(req, 'socket');
  const isClosed = readSafely(socket, 'destroyed') ?? readSafely(req, 'aborted');
  if (res.destroyed || isClosed === true) return 'gone';
  return res.headersSent ? 'started' : 'open';
};

/** Whether `error` is just the news that the client left: the reason of the request's signal, unless time ran out. */
export const isClientGoneReason = (error: unknown, record: RequestContext): boolean => {
  const { aborted, reason } = abortableOf(record);
  return aborted && reason === error && !isTechnicalError(error);
};
