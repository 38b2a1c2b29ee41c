import type { ServerResponse } from 'node:http';
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

/**
 * Calls `leave` if the response closes unfinished. A function of its own, so that the record's closures do not keep the
 * response alive.
 */
export const watchClient = (response: ServerResponse, leave: () => void): void => {
  response.once('close', () => {
    if (!response.writableFinished) leave();
  });
};
