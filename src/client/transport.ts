import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import type { Clock } from '../kernel/index.ts';
import { createConnector } from './connector.ts';
import { invalidHttp, type Reply, type Subject, transportError, unreadable } from './errors.ts';
import type { RequestHeaders } from './headers.ts';

/** One request on its way out. */
export interface OutgoingRequest extends Subject {
  readonly method: string;
  readonly target: URL;
  readonly headers: RequestHeaders;
  readonly body: string | Uint8Array | Readable | undefined;
}

/** What a transport is made of. */
export interface TransportSetup {
  /** Name of the client. */
  readonly name: string;
  /** The most connections to each origin; `undefined` for no limit. */
  readonly connections: number | undefined;
  /** Longest time until a connection stands, in milliseconds; `undefined` for no limit. */
  readonly connectMs: number | undefined;
  /** The most bytes of a body that are read. */
  readonly maxBodyBytes: number;
  readonly clock: Clock;
}

/** Sends requests over connections of its own. */
export interface Transport {
  /**
   * Sends one request and reads the whole answer.
   *
   * @throws the signal's reason once that aborted, else an upstream error
   */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<Reply>;
  /** Lets requests under way end, and closes every connection. */
  close(): Promise<void>;
}

/** The whole body, or `undefined` for one that is longer than allowed: then the connection is given up. */
const readBody = async (
  body: AsyncIterable<Uint8Array>,
  maxBodyBytes: number,
): Promise<Uint8Array | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
};

/** A pool of connections per origin, under no timer but ours. */
export const createTransport = (setup: TransportSetup): Transport => {
  const { connections, maxBodyBytes } = setup;
  const agent = new Agent({
    connections: connections ?? null,
    connect: createConnector(setup),
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const begin = async (request: OutgoingRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const { method, target, headers, body } = request;
    try {
      return await agent.request({
        origin: target.origin,
        path: target.pathname + target.search,
        // Any token is a method; undici's type lists the common ones.
        method: method as Dispatcher.HttpMethod,
        headers: { ...headers },
        body: body ?? null,
        signal,
      });
    } catch (thrown) {
      throw signal.aborted ? signal.reason : transportError(request, thrown);
    }
  };

  let closing: Promise<void> | undefined;

  return Object.freeze<Transport>({
    send: async (request, signal) => {
      const { statusCode: status, headers, body } = await begin(request, signal);
      let content: Uint8Array | undefined;
      try {
        content = await readBody(body, maxBodyBytes);
      } catch (thrown) {
        throw signal.aborted ? signal.reason : unreadable(request, status, 'truncated', thrown);
      }
      // RFC 9110 §15: the first digit is 1 to 5, and 1 is no final answer.
      if (status < 200 || status > 599) throw invalidHttp(request);
      if (content === undefined) throw unreadable(request, status, 'too-large');
      return { status, headers, body: content };
    },
    // undici's own rejects when it is asked again later.
    close: () => {
      closing ??= agent.close().then(() => undefined);
      return closing;
    },
  });
};
