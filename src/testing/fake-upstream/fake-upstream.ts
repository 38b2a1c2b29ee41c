import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, clockLike, describeValue, readOptions, systemClock } from '../../kernel/index.ts';
import { listen } from './addresses.ts';
import { createMailbox, receive, type UpstreamRequest } from './receive.ts';
import { createPlayer, play, type UpstreamStep, type UpstreamSteps } from './steps.ts';

/** Options of `fakeUpstream()`. */
export interface FakeUpstreamOptions {
  /** What delays run on, and what its `Date` says. @default the machine's clock */
  readonly clock?: Clock | undefined;
}

/** A real server on the loopback interface that answers, or fails, as it is told. */
export interface FakeUpstream {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Every request received, in order. */
  readonly requests: readonly UpstreamRequest[];
  /**
   * Plays `steps` in order, one for each request; the last one repeats. Replaces what was set before.
   *
   * @throws TypeError for a step that is none; RangeError for an empty list, and for an answer with a value out of range
   */
  script(steps: readonly UpstreamStep[]): void;
  /**
   * Plays the same step, or what a function says, for each request. Replaces what was set before.
   *
   * @throws as `script()` does, of a function's steps at `close()`
   */
  respondWith(step: UpstreamStep | ((request: UpstreamRequest) => UpstreamStep)): void;
  /**
   * Does the same for requests of one path alone, whatever their query is: one server for several routes or dependencies.
   * Other requests go on as they are told.
   *
   * @throws as `script()` does; RangeError for a path that does not begin with a slash, or has a query
   */
  on(path: string, steps: UpstreamSteps): void;
  /** The next request that no earlier `nextRequest()` gave, now or as soon as it arrives. */
  nextRequest(): Promise<UpstreamRequest>;
  /** The next closing of a connection that no earlier `connectionClosed()` told of, now or as soon as it happens. */
  connectionClosed(): Promise<void>;
  /** Connections open at the moment. */
  readonly openConnections: number;
  /** Connections accepted in all: with fewer of them than requests, connections were used again. */
  readonly connections: number;
  /** Requests under way: begun, and neither answered to the end nor broken off. */
  readonly inFlight: number;
  /** The most requests that were under way at once. */
  readonly maxInFlight: number;
  /** Forgets the requests and the closings so far. What is played, what is counted and who waits stays. */
  clear(): void;
  /** Ends every connection and the server. @throws what a function that was asked for a step threw, or the error of its step */
  close(): Promise<void>;
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

const checkPath = (path: string): void => {
  if (typeof path === 'string' && path.startsWith('/') && pathOf(path) === path) return;
  const kind = typeof path === 'string' ? RangeError : TypeError;
  throw new kind(
    `fakeUpstream: a path must begin with a slash, and have no query, but was ${describeValue(path)}`,
  );
};

/** Which step a request gets, and what was thrown instead of telling it. */
const createScript = () => {
  const routes = new Map<string, (request: UpstreamRequest) => UpstreamStep>();
  let rest = createPlayer({ json: {} });
  let thrown: { readonly value: unknown } | undefined;
  return {
    setRest: (steps: UpstreamSteps): void => {
      rest = createPlayer(steps);
    },
    setRoute: (path: string, steps: UpstreamSteps): void => {
      checkPath(path);
      routes.set(path, createPlayer(steps));
    },
    next: (request: UpstreamRequest): UpstreamStep => {
      try {
        return (routes.get(pathOf(request.url)) ?? rest)(request);
      } catch (value) {
        thrown ??= { value };
        return { status: 500, body: 'fakeUpstream: what was asked for a step threw' };
      }
    },
    rethrow: (): void => {
      if (thrown !== undefined) throw thrown.value;
    },
  };
};

/** How many are there, how many at most, and how many in all. */
const createCount = () => {
  const count = { now: 0, most: 0, total: 0 };
  return {
    count,
    begin: (): void => {
      count.now += 1;
      count.total += 1;
      count.most = Math.max(count.most, count.now);
    },
    end: (): void => {
      count.now -= 1;
    },
  };
};

/** Calls once as soon as an exchange is over. A caller who leaves is heard before the connection is closed on this side. */
const onEnd = ({ socket }: IncomingMessage, response: ServerResponse, callback: () => void): void => {
  const end = (): void => {
    socket.off('end', end);
    response.off('close', end);
    callback();
  };
  socket.once('end', end);
  response.once('close', end);
};

/** Counts the connections of a server, and tells of their ends. */
const watchConnections = (server: Server) => {
  const sockets = new Set<Socket>();
  const closed = createMailbox<true>();
  const { count, begin, end } = createCount();
  server.on('connection', (socket) => {
    begin();
    sockets.add(socket);
    // A reset by the peer is an error first; 'close' follows and is what counts.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      end();
      sockets.delete(socket);
      closed.put(true);
    });
  });
  return { count, closed, sockets };
};

/** Receives requests, counts them, and hands each to `serve` when it is whole. */
const createReceiver = (serve: (request: UpstreamRequest, response: ServerResponse) => void) => {
  const { count, begin, end } = createCount();
  const requests: UpstreamRequest[] = [];
  const arrived = createMailbox<UpstreamRequest>();
  const server = createServer((incoming, response) => {
    begin();
    onEnd(incoming, response, end);
    receive(incoming).then(
      (request) => {
        requests.push(request);
        serve(request, response);
        arrived.put(request);
      },
      // The caller left before its request was whole: there is nobody to answer.
      () => response.destroy(),
    );
  });
  // Nothing ends here by the time of the machine.
  Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
  return { server, requests, arrived, count };
};

/**
 * Starts a fake upstream. Until told otherwise it answers 200 with `{}`. Without connections it does not keep the
 * process alive.
 *
 * @throws TypeError for a bad option
 * @example
 * const upstream = await fakeUpstream();
 * upstream.script([503, 'reset', { json: { id: 1 } }]);
 * // … call upstream.url …
 * expect(upstream.requests).toHaveLength(3);
 * await upstream.close();
 */
export const fakeUpstream = async (options: FakeUpstreamOptions = {}): Promise<FakeUpstream> => {
  const defaults = { clock: systemClock };
  const { clock } = readOptions({ where: 'fakeUpstream' }, options, defaults, { clock: clockLike });
  const script = createScript();
  const { server, requests, arrived, count } = createReceiver((request, response) =>
    play(script.next(request), response, clock),
  );
  const connections = watchConnections(server);
  const url = await listen(server);
  // A test that fails before its close() must not keep the run alive for nothing.
  server.unref();

  return Object.freeze<FakeUpstream>({
    url,
    requests,
    script: script.setRest,
    respondWith: script.setRest,
    on: script.setRoute,
    nextRequest: arrived.take,
    connectionClosed: async () => {
      await connections.closed.take();
    },
    get openConnections() {
      return connections.count.now;
    },
    get connections() {
      return connections.count.total;
    },
    get inFlight() {
      return count.now;
    },
    get maxInFlight() {
      return count.most;
    },
    clear: () => {
      requests.length = 0;
      arrived.clear();
      connections.closed.clear();
    },
    close: async () => {
      if (server.listening) {
        const ended = once(server, 'close');
        server.close();
        for (const socket of connections.sockets) socket.destroy();
        await ended;
      }
      script.rethrow();
    },
  });
};
