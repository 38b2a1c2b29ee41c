import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ClientClosedError } from '../errors/index.ts';

/** Knows whether the client still waits for its answer. */
export interface ClientPresence {
  /** Aborts with a ClientClosedError when the client leaves before it has its answer. */
  readonly signal: AbortSignal;
  /** Notes that the client left. */
  leave(): void;
}

/** A client that is there. The controller is made when somebody asks: most requests never do. */
export const createClientPresence = (): ClientPresence => {
  let controller: AbortController | undefined;
  let left = false;
  return {
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (left) controller.abort(new ClientClosedError());
      }
      return controller.signal;
    },
    leave: () => {
      left = true;
      controller?.abort(new ClientClosedError());
    },
  };
};

const WAITING = Symbol('responses that wait for their turn on this socket');

interface Line {
  [WAITING]?: Set<() => void>;
}

/** The responses that wait for a socket. One listener serves them all: a client may pipeline any number of requests. */
const waitingFor = (socket: Socket): Set<() => void> => {
  // Only this function writes under the symbol.
  const line = socket as Line;
  if (line[WAITING] !== undefined) return line[WAITING];
  const waiting = new Set<() => void>();
  line[WAITING] = waiting;
  socket.once('close', () => {
    for (const gone of waiting) gone();
    waiting.clear();
  });
  return waiting;
};

/**
 * Calls `gone` if the connection closes while the response waits behind another one. A pipelined response gets the socket
 * when its turn comes; before that Node tells it nothing, not even "close".
 */
export const watchTurn = (request: IncomingMessage, response: ServerResponse, gone: () => void): void => {
  // Tests drive apps without a socket, whatever the types say.
  const socket: Socket | undefined = request.socket;
  if (response.socket !== null || typeof socket?.once !== 'function') return;
  const waiting = waitingFor(socket);
  waiting.add(gone);
  response.once('socket', () => waiting.delete(gone));
};

/**
 * Calls `leave` if the connection closes before the response is finished. A function of its own, so that the record's
 * closures do not keep the response alive.
 */
export const watchClient = (request: IncomingMessage, response: ServerResponse, leave: () => void): void => {
  response.once('close', () => {
    if (!response.writableFinished) leave();
  });
  watchTurn(request, response, leave);
};
