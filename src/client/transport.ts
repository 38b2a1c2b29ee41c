import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type Abortable, toError } from '../kernel/index.ts';
import { createDispatcher, type DispatcherSetup } from './dispatcher.ts';
import type { Reply, Subject } from './errors.ts';
import type { RequestHeaders } from './headers.ts';
import { Incoming, type Receiver } from './incoming.ts';
import type { Target } from './url.ts';

/** One request on its way out. */
export interface OutgoingRequest extends Subject {
  readonly method: string;
  readonly target: Target;
  readonly headers: RequestHeaders;
  readonly body: string | Uint8Array | Readable | undefined;
  /** Where it is there, a good answer's body is not read but handed over. */
  readonly stream?: object | undefined;
  /** The most bytes of a body that are read. */
  readonly maxBodyBytes: number;
  /** Told at once as the signal aborts, and whether a connection stood by then over which the request goes out. */
  readonly onGivenUp?: ((reason: unknown, hasBegun: boolean) => void) | undefined;
}

/** What came: the whole answer, or one whose body is still to be read. */
export interface Received extends Reply {
  readonly stream?: Readable | undefined;
}

/** Sends requests over connections of its own. */
export interface Transport {
  /**
   * Sends one request and reads the whole answer; of one that is to be streamed, the body only from 300 on. From there on
   * an answer is one by its status and headers alone: what is wrong with its body is told in `broken`.
   *
   * @throws the signal's reason once that aborted, else an upstream error
   */
  send(request: OutgoingRequest, signal: Abortable): Promise<Received>;
  /** Lets requests under way end, and closes every connection. */
  close(): Promise<void>;
}

/** A pool of connections per origin, under no timer but ours. */
export const createTransport = (setup: DispatcherSetup): Transport => {
  const dispatcher = createDispatcher(setup);
  // undici writes into the headers of what goes through a proxy.
  const headersOf = ({ headers }: OutgoingRequest) => (setup.proxy === undefined ? headers : { ...headers });

  const send = (request: OutgoingRequest, signal: Abortable, receiver: Receiver): void => {
    const { method, target, body } = request;
    const incoming = new Incoming(request, signal, receiver);
    try {
      dispatcher.dispatch(
        {
          origin: target.origin,
          path: target.pathname + target.search,
          // Any token is a method; undici's type lists the common ones.
          method: method as Dispatcher.HttpMethod,
          headers: headersOf(request),
          body: body ?? null,
        },
        incoming,
      );
    } catch (thrown) {
      incoming.onResponseError(undefined, toError(thrown));
    }
  };

  let closing: Promise<void> | undefined;

  return Object.freeze<Transport>({
    send: (request, signal) =>
      new Promise((resolve, reject) => {
        if (!signal.aborted) return send(request, signal, { resolve, reject });
        request.onGivenUp?.(signal.reason, false);
        reject(signal.reason);
      }),
    // undici's own rejects when it is asked again later.
    close: () => {
      closing ??= dispatcher.close().then(() => undefined);
      return closing;
    },
  });
};
