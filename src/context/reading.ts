import type { IncomingMessage, ServerResponse } from 'node:http';

const READING = Symbol.for('express-breakwater.reading.v1');

/** A request whose body has not come in as a whole, and its response. */
export interface Reading {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Line {
  // A plain property: a WeakRef that needs no end costs each request 0.9 µs (Node 24).
  [READING]?: Reading | undefined;
}

const lineOf = (request: IncomingMessage): Line | undefined => {
  // Tests drive apps without a socket, whatever the types say. Only this file writes under the symbol.
  const line = request.socket as Line | undefined;
  return typeof line === 'object' && line !== null ? line : undefined;
};

/** Notes that `request` is the one that its connection reads now: a connection reads one after the other. */
export const noteReading = (request: IncomingMessage, response: ServerResponse): void => {
  const line = lineOf(request);
  if (line !== undefined) line[READING] = { request, response };
};

/** Forgets it, once its response is done with and all of it came in: an idle connection shall remember nobody. */
export const endReading = (request: IncomingMessage): void => {
  const line = lineOf(request);
  if (line?.[READING]?.request !== request) return;
  if (request.complete || request.closed) line[READING] = undefined;
  else request.once('close', () => endReading(request));
};

/** The request that was being read on a connection when that failed; `undefined` between two, and before the first. */
export const readingOn = (socket: object): Reading | undefined => {
  // Only noteReading writes under the symbol.
  const reading = (socket as Line)[READING];
  return reading === undefined || reading.request.complete ? undefined : reading;
};
