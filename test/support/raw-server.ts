import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server that a test speaks through byte by byte. */
export interface RawServer {
  readonly url: string;
  /** Connections that were made, in order. */
  readonly sockets: readonly Socket[];
  close(): Promise<void>;
}

/** Starts one; `onRequest` runs for every piece of data that a connection brings. */
export const serveRaw = async (
  onRequest: (socket: Socket, connection: number) => void,
): Promise<RawServer> => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const connection = sockets.push(socket);
    // A peer that resets what it cannot read is none of a test's matter.
    socket.on('error', () => undefined);
    socket.on('data', () => onRequest(socket, connection));
  });
  server.unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sockets,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
};
