import { type buildConnector, Client, errors } from 'undici';
import { readSafely } from '../kernel/index.ts';

const GIVEN_UP = 'The only request of this connection was given up';

/** undici's error of a connection that it closed because the request on it was aborted. It has no code of its own. */
const isAbort = (error: unknown): boolean =>
  readSafely(error, 'code') === 'UND_ERR_INFO' && readSafely(error, 'message') === 'aborted';

/**
 * A client of a pool that is asked for one request at a time.
 *
 * undici takes a request that was aborted for one that is still to be sent, connects again for it, and finds out then that
 * nobody wants it: a connection per timeout is load on a dependency that is sick. It connects within the event of the
 * disconnection, where it is refused; an undici that does not is left as it is.
 *
 * @see https://github.com/nodejs/undici/issues/5845
 */
export const createPooledClient = (origin: URL, options: object): Client => {
  // A pool hands on its connector with its options. Its type says less.
  const { connect } = options as { readonly connect: buildConnector.connector };
  let isGivenUp = false;
  const client = new Client(origin, {
    ...options,
    connect: (target, callback) => {
      // Not within the call: undici does not look then whether somebody waits for its end.
      if (isGivenUp) queueMicrotask(() => callback(new errors.RequestAbortedError(GIVEN_UP), null));
      else connect(target, callback);
    },
  });
  client.on('disconnect', (_origin, _targets, error) => {
    isGivenUp = isAbort(error);
    queueMicrotask(() => {
      isGivenUp = false;
    });
  });
  return client;
};
