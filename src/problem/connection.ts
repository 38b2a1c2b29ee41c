import type { IncomingMessage, ServerResponse } from 'node:http';
import { lifeOf, type RequestContext, wasCut } from '../context/index.ts';
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

/** What ended the wait for a request, without making the signal that nobody asked for: on Node 20 that takes 4 µs. */
const endOf = (record: RequestContext): unknown => {
  const life = lifeOf(record);
  if (life !== undefined) return life.reason;
  return record.signal.aborted ? record.signal.reason : undefined;
};

/** Whether `error` is just the news that the client left: the reason of the request's signal, unless time ran out. */
export const isClientGoneReason = (error: Error, record: RequestContext): boolean =>
  endOf(record) === error && !isTechnicalError(error);
