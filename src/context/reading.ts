import type { IncomingMessage, ServerResponse } from 'node:http';

const READING = Symbol.for('express-breakwater.reading.v0');
const RESPONSE = Symbol.for('express-breakwater.response.v0');

interface Line {
  // Weak: as long as a request is being read its parser holds it, and an idle connection shall remember nobody.
  [READING]?: WeakRef<Begun>;
}

interface Begun extends IncomingMessage {
  [RESPONSE]?: ServerResponse;
}

/** A request whose body has not come in as a whole, and its response. */
export interface Reading {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Notes that `request` is the one that its connection reads now: a connection reads one after the other. */
export const noteReading = (request: IncomingMessage, response: ServerResponse): void => {
  // Tests drive apps without a socket, whatever the types say. Only this function writes under the symbol.
  const line = request.socket as Line | undefined;
  if (typeof line !== 'object' || line === null) return;
  Object.defineProperty(request, RESPONSE, { value: response, configurable: true });
  line[READING] = new WeakRef<Begun>(request);
};

/** The request that was being read on a connection when that failed; `undefined` between two, and before the first. */
export const readingOn = (socket: object): Reading | undefined => {
  // Only noteReading writes under the symbol.
  const request = (socket as Line)[READING]?.deref();
  const response = request?.[RESPONSE];
  return request === undefined || response === undefined || request.complete
    ? undefined
    : { request, response };
};
