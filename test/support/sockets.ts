import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A server on a free port of the loopback. */
export interface Served {
  readonly port: number;
  readonly url: string;
  readonly server: Server;
  /** Ends it together with its connections. */
  close(): Promise<void>;
}

export const serve = async (listener: RequestListener): Promise<Served> => {
  const server = createServer(listener);
  // A test that fails before it closes its server must not keep the run alive.
  server.unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    server,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

/** A connected socket. */
export const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};

/** Sends bytes as they are and reads until the other side ends; the last request must ask for `Connection: close`. */
export const exchange = async (port: number, bytes: string): Promise<string> => {
  const socket = await dial(port);
  socket.write(bytes, 'latin1');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
};
