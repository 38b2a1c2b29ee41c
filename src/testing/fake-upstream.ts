import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { play, type UpstreamStep } from './fake-upstream-steps.ts';

/** A request as a fake upstream received it. Frozen. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The whole body, as UTF-8. */
  readonly body: string;
}

/** A real server on the loopback interface that answers, or fails, as it is told. */
export interface FakeUpstream {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Every request received, in order. */
  readonly requests: readonly UpstreamRequest[];
  /** Plays `steps` in order, one for each request; the last one repeats. Replaces what was set before. */
  script(steps: readonly UpstreamStep[]): void;
  /** Plays the same step, or what a function says, for each request. Replaces what was set before. */
  respondWith(step: UpstreamStep | ((request: UpstreamRequest) => UpstreamStep)): void;
  /** The next request that no earlier `nextRequest()` gave, now or as soon as it arrives. */
  nextRequest(): Promise<UpstreamRequest>;
  /** The next closing of a connection that no earlier `connectionClosed()` told of, now or as soon as it happens. */
  connectionClosed(): Promise<void>;
  /** Connections open at the moment. */
  readonly openConnections: number;
  /** Ends every connection and the server. */
  close(): Promise<void>;
}

/** Items handed out one by one, to whoever asked before or asks after they came. */
const createMailbox = <T>(): { put(item: T): void; take(): Promise<T> } => {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put: (item) => {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    take: () =>
      new Promise((resolve) => {
        const [item] = items.splice(0, 1);
        if (item === undefined) takers.push(resolve);
        else resolve(item);
      }),
  };
};

const receive = async (incoming: IncomingMessage): Promise<UpstreamRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Object.freeze({
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  });
};

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  // A TCP server's address is an object; the text is of pipes.
  if (typeof address !== 'object' || address === null) throw new Error('fakeUpstream: no address');
  return `http://127.0.0.1:${address.port}`;
};

/**
 * Starts a fake upstream. Until told otherwise it answers 200 with `{}`.
 *
 * @example
 * const upstream = await fakeUpstream();
 * upstream.script([{ status: 503 }, 'reset', { json: { id: 1 } }]);
 * // … call upstream.url …
 * expect(upstream.requests).toHaveLength(3);
 * await upstream.close();
 */
export const fakeUpstream = async (): Promise<FakeUpstream> => {
  const requests: UpstreamRequest[] = [];
  const arrived = createMailbox<UpstreamRequest>();
  const closed = createMailbox<true>();
  let openConnections = 0;
  let nextStep: (request: UpstreamRequest) => UpstreamStep = () => ({ json: {} });

  const server = createServer((incoming, response) => {
    receive(incoming).then(
      (request) => {
        requests.push(request);
        play(nextStep(request), response);
        arrived.put(request);
      },
      // The caller left before its request was whole: there is nobody to answer.
      () => response.destroy(),
    );
  });
  server.on('connection', (socket) => {
    openConnections += 1;
    // A reset by the peer is an error first; 'close' follows and is what counts.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      openConnections -= 1;
      closed.put(true);
    });
  });
  const url = await listen(server);

  return Object.freeze<FakeUpstream>({
    url,
    requests,
    script: (steps) => {
      const left = [...steps];
      if (left.length === 0) throw new RangeError('fakeUpstream: script needs at least one step');
      // The last step stays, so there always is one.
      nextStep = () => (left.length > 1 ? left.shift() : left[0]) ?? 'hang';
    },
    respondWith: (step) => {
      nextStep = typeof step === 'function' ? step : () => step;
    },
    nextRequest: arrived.take,
    connectionClosed: async () => {
      await closed.take();
    },
    get openConnections() {
      return openConnections;
    },
    close: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
};

/** An address on the loopback interface where nobody listens: connections to it are refused. */
export const refusedUrl = async (): Promise<string> => {
  const server = createTcpServer();
  const url = await listen(server);
  server.close();
  await once(server, 'close');
  return url;
};
