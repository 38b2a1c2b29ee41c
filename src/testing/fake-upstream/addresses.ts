import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Binds a server to a free port of the loopback interface. */
export const listen = async (server: Server): Promise<string> => {
  // A test may open thousands of connections at once; the system cuts the number to what it allows.
  server.listen({ port: 0, host: '127.0.0.1', backlog: 65_535 });
  await once(server, 'listening');
  const address = server.address();
  // A TCP server's address is an object; the text is of pipes.
  if (typeof address !== 'object' || address === null) throw new Error('fakeUpstream: no address');
  return `http://127.0.0.1:${address.port}`;
};

/** An address on the loopback interface where nobody listens: connections to it are refused. */
export const refusedUrl = async (): Promise<string> => {
  const server = createServer();
  const url = await listen(server);
  server.close();
  await once(server, 'close');
  return url;
};

// RFC 1035 §2.3.4 allows 63 characters: no resolver asks the network for a longer one, and so no network can be slow here.
const LONG_LABEL = 'x'.repeat(64);

/**
 * An address whose name does not resolve, whatever the network is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.4 for the domain `invalid`
 */
export const dnsFailureUrl = (): string => `http://${LONG_LABEL}.invalid`;

/** An address where no connection is ever made. */
export interface Blackhole {
  readonly url: string;
  /** Ends the listener; connections that wait are refused from then on. */
  close(): Promise<void>;
}

// A queue of one holds two connections; attempts beyond it are left without an answer.
const BACKLOG = 1;
const HELD = BACKLOG + 1;

/** Listens, and never accepts: its event loop stands still as soon as it has told its port. */
const LISTENER = `
const { parentPort } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: ${BACKLOG} }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** RFC 5737: for documentation, and so nobody's. */
const NOBODYS_URL = 'http://192.0.2.1';

const fill = (port: number): readonly Socket[] =>
  Array.from({ length: HELD }, () => {
    const socket = connect(port, '127.0.0.1').unref();
    // The listener's end resets it.
    socket.on('error', () => undefined);
    return socket;
  });

/**
 * An address where connections are neither made nor refused: a listener on the loopback interface that accepts nobody, with
 * its queue full. On Windows, where a full queue refuses, it is an address that belongs to nobody, which needs a network
 * that drops what it cannot deliver.
 */
export const blackhole = async (): Promise<Blackhole> => {
  if (process.platform === 'win32') return Object.freeze({ url: NOBODYS_URL, close: async () => undefined });
  const worker = new Worker(LISTENER, { eval: true });
  const [port] = await once(worker, 'message');
  worker.unref();
  const held = fill(port);
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  return Object.freeze({
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of held) socket.destroy();
      await worker.terminate();
    },
  });
};
