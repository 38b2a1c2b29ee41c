import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type Served, serve } from './sockets.ts';

/** A server whose answers a test writes itself, piece by piece. */
export interface ByHand extends Served {
  /** The answer to the next request, with its headers sent. */
  next(headers?: Readonly<Record<string, string>>): Promise<ServerResponse>;
}

/** Starts one. */
export const serveByHand = async (): Promise<ByHand> => {
  const waiting: ServerResponse[] = [];
  const served = await serve((_request, response) => {
    waiting.push(response);
    served.server.emit('by-hand');
  });
  return {
    ...served,
    next: async (headers = {}) => {
      let response = waiting.shift();
      while (response === undefined) {
        await once(served.server, 'by-hand');
        response = waiting.shift();
      }
      response.writeHead(200, headers);
      response.flushHeaders();
      return response;
    },
  };
};

/** Resolves when the connection behind an answer is closed. */
export const socketClosed = async (response: ServerResponse): Promise<void> => {
  if (response.socket !== null && !response.socket.destroyed) await once(response.socket, 'close');
};
