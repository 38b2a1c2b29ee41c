import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';

/** A forward proxy on a free port of the loopback. */
export interface FakeProxy {
  readonly port: number;
  /** What it was asked for: `CONNECT host:port`, or `GET http://…`; with the credentials that came along. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts a proxy that forwards what it is asked for, or answers everybody with `refusal`. */
export const startProxy = async (refusal?: number): Promise<FakeProxy> => {
  const asked: string[] = [];
  const note = (what: string, credentials: string | undefined): void => {
    asked.push(credentials === undefined ? what : `${what} as ${credentials}`);
  };
  const server = createServer((incoming, outgoing) => {
    note(`${incoming.method} ${incoming.url}`, incoming.headers['proxy-authorization']);
    if (refusal !== undefined) {
      outgoing.writeHead(refusal).end();
      return;
    }
    const { method, headers } = incoming;
    const onward = request(incoming.url ?? '', { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket) => {
    note(`CONNECT ${incoming.url}`, incoming.headers['proxy-authorization']);
    socket.on('error', () => undefined);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\nconnection: close\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.once('close', () => onward.destroy());
  });
  server.unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    asked,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
