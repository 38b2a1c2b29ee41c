import { buildConnector } from 'undici';
import { UpstreamTimeoutError } from '../errors/index.ts';
import { type Clock, detached, readSafely } from '../kernel/index.ts';
import { markNeverLeft } from './never-left.ts';

/** What a connector needs to know. */
export interface ConnectorSetup {
  /** Name of the client. */
  readonly name: string;
  /** Longest time until a connection stands, TLS included, in milliseconds; `undefined` for no limit. */
  readonly connectMs: number | undefined;
  readonly clock: Clock;
  /** Makes the connection, under no timer of its own. @default undici's connector */
  readonly connect?: buildConnector.connector | undefined;
}

const destroy = (socket: unknown): void => {
  const method = readSafely(socket, 'destroy');
  if (typeof method === 'function') method.call(socket);
};

/** Tells with what fails before a connection stands that no request went over it. */
const marking =
  (callback: buildConnector.Callback): buildConnector.Callback =>
  (...[error, socket]) =>
    error === null ? callback(null, socket) : callback(markNeverLeft(error), null);

/**
 * undici's connector under a timer of our own: undici's tick coarsely (300 ms fired after 1 000).
 *
 * Connections are made outside the request that happens to need one first: they outlive it.
 */
export const createConnector = (setup: ConnectorSetup): buildConnector.connector => {
  const { name, connectMs, clock, connect = buildConnector({ timeout: 0 }) } = setup;
  if (connectMs === undefined)
    return (options, callback) => detached(() => connect(options, marking(callback)));

  return (options, callback) => {
    let settled = false;
    let socket: unknown;
    const cancel = clock.setTimer(() => {
      settled = true;
      const message = `No connection to "${name}" within ${connectMs} ms`;
      const timeout = { dependency: name, scope: 'connect', timeoutMs: connectMs } as const;
      callback(markNeverLeft(new UpstreamTimeoutError(message, timeout)), null);
      destroy(socket);
    }, connectMs);
    // undici's connector returns the socket, though its type does not say so.
    socket = detached<unknown>(() =>
      connect(options, (...result) => {
        // After the time ran out, what comes is the end of the socket destroyed above, or one that nobody wants any more.
        if (settled) {
          destroy(result[1]);
          return;
        }
        settled = true;
        cancel();
        marking(callback)(...result);
      }),
    );
  };
};
