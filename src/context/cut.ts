import type { IncomingMessage, ServerResponse } from 'node:http';
import { readSafely } from '../kernel/index.ts';

const CUT = Symbol.for('express-breakwater.cut.v0');
const WATCHED = Symbol('responses whose end is watched');

/** How we broke off an answer. */
export interface Cut {
  /** What it was broken off with; `undefined` for nothing. */
  readonly error: unknown;
}

/** How we broke off the answer of `request`; `undefined` where we did not. */
export const cutOf = (request: object): Cut | undefined =>
  // Only markCut writes under this symbol.
  Object.hasOwn(request, CUT) ? (request as { readonly [CUT]?: Cut })[CUT] : undefined;

/**
 * Notes that we break off the answer of `request`: who sees its connection close shall not blame the client. The first
 * note holds, unless it knew no error.
 */
export const markCut = (request: object, error?: unknown): void => {
  Reflect.defineProperty(request, CUT, {
    value: { error: cutOf(request)?.error ?? error ?? undefined },
    configurable: true,
  });
};

/** Whether we broke off the answer of `request`. */
export const wasCut = (request: object): boolean => Object.hasOwn(request, CUT);

/** The socket of an exchange. A pipelined response has none before its turn. */
const socketOf = (request: object, response: object): unknown =>
  readSafely(response, 'socket') ?? readSafely(request, 'socket');

const isClosed = (socket: unknown): boolean => readSafely(socket, 'destroyed') === true;

/** Calls `note` with what a stream is destroyed with, before that happens; what it returns is called afterwards. */
const watchDestroy = (stream: object, note: (error: unknown) => (() => void) | undefined): void => {
  const destroy = readSafely(stream, 'destroy');
  if (typeof destroy !== 'function') return;
  const watched = function (this: unknown, ...args: readonly unknown[]): unknown {
    const after = note(args[0]);
    const result = Reflect.apply(destroy, this, args);
    after?.();
    return result;
  };
  Reflect.defineProperty(stream, 'destroy', { value: watched, configurable: true, writable: true });
};

/**
 * Notes it where anybody destroys the response, or with the request its socket, while the client is there: the app, or
 * `pipeline()` with a source that failed. Both close the connection as a client does that leaves. Node itself destroys no
 * response then, and a request only after its socket; what it keeps as `errored` is not there for each version and case.
 */
export const watchCut = (request: IncomingMessage, response: ServerResponse): void => {
  if (Object.hasOwn(response, WATCHED)) return;
  Reflect.defineProperty(response, WATCHED, { value: true });
  const isUnderWay = (): boolean =>
    !response.writableFinished && !response.destroyed && !isClosed(socketOf(request, response));
  watchDestroy(response, (error) => {
    if (isUnderWay()) markCut(request, error);
    return undefined;
  });
  watchDestroy(request, (error) => {
    if (!isUnderWay()) return undefined;
    const socket = socketOf(request, response);
    // Node destroys each request that was read to its end, and leaves its socket alone.
    return () => {
      if (isClosed(socket)) markCut(request, error);
    };
  });
};
