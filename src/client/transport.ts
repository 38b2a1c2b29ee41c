import type { Dispatcher } from 'undici';
import { type Abortable, toError } from '../kernel/index.ts';
import { createDispatcher, type DispatcherSetup } from './dispatcher.ts';
import { Incoming, type Receiver } from './incoming.ts';
import type { OutgoingRequest, Received } from './outgoing-request.ts';

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
