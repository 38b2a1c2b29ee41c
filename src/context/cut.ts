import type { IncomingMessage, ServerResponse } from 'node:http';
import { readSafely } from '../kernel/index.ts';
import { expressPrototypeOf } from './app-prototype.ts';

const CUT = Symbol.for('express-breakwater.cut.v0');
const WATCHED = Symbol.for('express-breakwater.destroy.v0');

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

const isUnderWay = (request: object, response: ServerResponse): boolean =>
  !response.writableFinished && !response.destroyed && !isClosed(socketOf(request, response));

/** Told of what a stream is destroyed with, before that happens; what it returns is called afterwards. */
type Note = (stream: object, error: unknown) => (() => void) | undefined;

const noteResponse = (request: object, response: ServerResponse, error: unknown): undefined => {
  if (isUnderWay(request, response)) markCut(request, error);
};

const noteRequest = (request: object, response: ServerResponse, error: unknown): (() => void) | undefined => {
  if (!isUnderWay(request, response)) return undefined;
  const socket = socketOf(request, response);
  // Node destroys each request that was read to its end, and leaves its socket alone.
  return () => {
    if (isClosed(socket)) markCut(request, error);
  };
};

const watchDestroy = (owner: object, note: Note): void => {
  const own = Object.hasOwn(owner, 'destroy') ? readSafely(owner, 'destroy') : undefined;
  // Asked anew each time: others may put theirs on the classes of Node.
  const original = (): unknown => own ?? readSafely(Object.getPrototypeOf(owner), 'destroy');
  if (typeof original() !== 'function') return;
  const destroy = function (this: object, ...args: readonly unknown[]): unknown {
    const after = note(this, args[0]);
    // It was a function when it was looked at; whoever put something else there hears of it.
    const result = Reflect.apply(original() as () => unknown, this, args);
    after?.();
    return result;
  };
  Reflect.defineProperty(owner, 'destroy', { value: destroy, configurable: true, writable: true });
};

/**
 * Where `destroy` of a message is watched: on the prototype of all apps, once for all of their messages, or on one that
 * has none, or has a `destroy` of its own. `undefined` where it is watched already.
 */
const ownerOf = (message: object): object | undefined => {
  const isOwn = Object.hasOwn(message, 'destroy');
  // Only this function writes under the symbol.
  if (!isOwn && WATCHED in message) return undefined;
  const owner = isOwn ? message : (expressPrototypeOf(message) ?? message);
  return !Object.hasOwn(owner, WATCHED) && Reflect.defineProperty(owner, WATCHED, { value: true })
    ? owner
    : undefined;
};

/** The other one of request and response, where Express wrote it onto them. */
interface Partnered {
  readonly req?: object;
  readonly res?: ServerResponse;
}

// Apart from those of one message: shared by all messages of an app, these must not hold the first.
const noteAnyResponse: Note = (stream, error) => {
  // What inherits from the prototype of an app's responses is one.
  const response = stream as ServerResponse & Partnered;
  return response.req && noteResponse(response.req, response, error);
};
const noteAnyRequest: Note = (stream, error) => {
  // What inherits from the prototype of an app's requests is one.
  const { res } = stream as Partnered;
  return res && noteRequest(stream, res, error);
};
const noteOneResponse =
  (request: object, response: ServerResponse): Note =>
  (_stream, error) =>
    noteResponse(request, response, error);
const noteOneRequest =
  (request: object, response: ServerResponse): Note =>
  (_stream, error) =>
    noteRequest(request, response, error);

/**
 * Notes it where anybody destroys the response, or with the request its socket, while the client is there: the app, or
 * `pipeline()` with a source that failed. Both close the connection as a client does that leaves. Node itself destroys no
 * response then, and a request only after its socket; what it keeps as `errored` is not there for each version and case.
 */
export const watchCut = (request: IncomingMessage, response: ServerResponse): void => {
  const answers = ownerOf(response);
  if (answers !== undefined)
    watchDestroy(answers, answers === response ? noteOneResponse(request, response) : noteAnyResponse);
  const asked = ownerOf(request);
  if (asked !== undefined)
    watchDestroy(asked, asked === request ? noteOneRequest(request, response) : noteAnyRequest);
};
