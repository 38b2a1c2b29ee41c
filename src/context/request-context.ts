import type { IncomingMessage, ServerResponse } from 'node:http';
import { toError } from '../kernel/index.ts';
import { createRecord } from './create-record.ts';
import { type Cut, cutOf, watchCut } from './cut.ts';
import { createExposure } from './expose.ts';
import { readHosts } from './hosts.ts';
import { CORRELATION_ID_HEADER, REQUEST_ID_HEADER } from './ids.ts';
import { createLife, type Life, watchTurn } from './life.ts';
import { createLossDetector } from './loss/index.ts';
import { type ContextOptions, readContextOptions } from './options.ts';
import { endReading, noteReading } from './reading.ts';
import type { RequestContext } from './record.ts';
import { contextOf, keepContext, runWithContext } from './store.ts';
import { createTrust } from './trust.ts';

/** Middleware of either Express major, without the types of one. */
export type ContextMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

const echo = (response: ServerResponse, record: RequestContext): void => {
  if (response.headersSent) return;
  response.setHeader(REQUEST_ID_HEADER, record.requestId);
  response.setHeader(CORRELATION_ID_HEADER, record.correlationId);
};

/** What `judge` says, or the error that it threw. */
const tryTrust = (
  judge: (request: IncomingMessage) => boolean,
  request: IncomingMessage,
): boolean | Error => {
  try {
    return judge(request);
  } catch (thrown) {
    return toError(thrown);
  }
};

/** Nobody waits any longer: the client left, unless we broke the answer off. */
const endLife = (life: Life, cut: Cut | undefined): void => {
  if (cut === undefined) life.leave();
  else life.expire(cut.error === undefined ? new Error('The answer was broken off') : toError(cut.error));
};

/** Notes that the connection was closed before the answer was done. */
const leave = (request: IncomingMessage, record: RequestContext, life: Life): void => {
  life.response = undefined;
  // "close" can come from the socket, where the store is empty or another request's.
  runWithContext(record, () => endLife(life, cutOf(request)));
};

/** Ends the life of a request once the connection is done with its response. */
const watchEnd = (
  request: IncomingMessage,
  response: ServerResponse,
  record: RequestContext,
  life: Life,
): void => {
  const end = (): void => {
    response.removeListener('close', end);
    life.response = undefined;
    endReading(request);
    if (!response.writableFinished) leave(request, record, life);
  };
  // Not once(), which wraps it in two more functions.
  response.on('close', end);
  if (response.socket === null) watchTurn(request, response, () => leave(request, record, life));
};

/**
 * Middleware that gives each request its context: ids adopted from well-formed headers or made anew and echoed on the
 * answer, the W3C trace continued or begun, and a signal that aborts when the client leaves. Mount it first; mounting it
 * twice changes nothing.
 *
 * @throws TypeError or RangeError for a bad option
 * @see https://www.w3.org/TR/trace-context-2/#processing-model
 * @example
 * app.use(requestContext({ trust: ['10.0.0.0/8'] }));
 */
export const requestContext = (options?: ContextOptions): ContextMiddleware => {
  const settings = readContextOptions(options);
  const propagateTo = readHosts(settings.propagateTo);
  const isTrusted = createTrust(settings.trust);
  const expose = createExposure(settings.expose, settings.clock);
  const watchLoss = settings.detectLoss ? createLossDetector() : undefined;

  return function requestContext(request, response, next) {
    const kept = contextOf(request);
    if (kept !== undefined) {
      runWithContext(kept, next);
      return;
    }
    // A rule that fails trusts nobody.
    const trusted = tryTrust(isTrusted, request);
    const life = createLife();
    // Always a fresh record, whatever the store holds: a server that was started inside a request inherits that one's.
    const record = createRecord(request.headers, {
      trusted: trusted === true,
      life,
      propagateTo,
      rawHeaders: request.rawHeaders,
      settings,
    });
    keepContext(request, record);
    noteReading(request, response);
    watchLoss?.(request, record);
    echo(response, record);
    expose(response, record);
    watchCut(request, response);
    if (settings.markStale) life.response = response;
    watchEnd(request, response, record, life);
    if (typeof trusted === 'boolean') runWithContext(record, next);
    else runWithContext(record, () => next(trusted));
  };
};
