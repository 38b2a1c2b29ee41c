import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { markCut } from '../context/index.ts';
import { ClientClosedError, InternalServerError } from '../errors/index.ts';
import { describeValue, onAbort, readOptions, readSafely, toError, withMethods } from '../kernel/index.ts';

/** What `streamTo()` can send: a stream of Node, or anything that gives bytes or texts one after the other. */
export type StreamSource = Readable | AsyncIterable<Uint8Array | string>;

/** Options of `streamTo()`. */
export interface StreamToOptions {
  /** Ends the transfer, which rejects with its reason: `getContext().signal` for one. @default none */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULTS: StreamToOptions = Object.freeze({ signal: undefined });

const ignore = (): void => undefined;

const toReadable = (source: StreamSource): Readable => {
  if (typeof readSafely(source, Symbol.asyncIterator) !== 'function')
    throw new TypeError(
      `streamTo: the source must be a stream or another async iterable, but was ${describeValue(source)}`,
    );
  const isStream = ['pipe', 'read', 'destroy', 'on'].every(
    (name) => typeof readSafely(source, name) === 'function',
  );
  // A stream by what it can do: instanceof would miss those of another realm or copy.
  return isStream ? (source as Readable) : Readable.from(source);
};

/** Waits for `event`, or for the end of the connection. */
const eventOrClose = (res: ServerResponse, event: 'drain' | 'finish'): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      res.off(event, done).off('close', done);
      resolve();
    };
    if (res.closed || res.destroyed) resolve();
    else res.on(event, done).on('close', done);
  });

const send = async (res: ServerResponse, source: Readable): Promise<void> => {
  const chunks: AsyncIterator<Uint8Array | string> = source[Symbol.asyncIterator]();
  // Nothing is sent before the first chunk or the end is there: until then another answer can be given.
  let step = await chunks.next();
  while (step.done !== true && res.req.method !== 'HEAD') {
    if (res.writableEnded) throw new InternalServerError('The response was ended while a stream was sent');
    if (!res.write(step.value)) await eventOrClose(res, 'drain');
    step = await chunks.next();
  }
  source.destroy();
  res.end();
  if (!res.writableFinished) await eventOrClose(res, 'finish');
  if (!res.writableFinished) throw new ClientClosedError();
};

/** Keeps source and response from outliving each other. */
const link = (res: ServerResponse, source: Readable, signal: AbortSignal | undefined) => {
  let ended: 'by us' | 'by the client' | undefined;
  const cut = (): void => {
    if (!res.headersSent || res.destroyed || res.writableEnded) return;
    // Half an answer cannot be taken back, and this is not the client's doing.
    ended = 'by us';
    markCut(res.req);
    res.destroy();
  };
  const onLeave = (): void => {
    if (!res.writableFinished) ended ??= 'by the client';
    source.destroy();
  };
  const onAborted = (): void => {
    cut();
    source.destroy(toError(signal?.reason));
  };
  // It stays: a destroyed source may yet emit an error, and one that nobody hears ends the process.
  source.on('error', ignore);
  source.on('error', cut);
  res.on('close', onLeave);
  const stopListening = signal && onAbort(signal, onAborted);
  return {
    /** Breaks off, and gives what to reject with. */
    fail: (error: unknown): unknown => {
      cut();
      source.destroy();
      if (signal?.aborted) return signal.reason;
      return ended === 'by the client' ? new ClientClosedError(undefined, { cause: error }) : error;
    },
    dispose: (): void => {
      source.off('error', cut);
      res.off('close', onLeave);
      stopListening?.();
    },
  };
};

/**
 * Sends a stream as the body of an answer. Nothing is sent until the source gave its first chunk or ended: where it
 * fails before, the response is as it was, and the error can be answered as a problem. Where it fails later, the
 * connection is broken off, so that half an answer is not taken for a whole one. A client that leaves ends the source.
 *
 * @param res the response, its status and headers set
 * @param source a stream, or another async iterable of bytes or texts
 * @returns when the answer is complete
 * @throws the error of the source as it is, ClientClosedError if the client leaves, or the reason of the signal
 * @example
 * app.get('/report', asyncHandler(async (_req, res) => {
 *   res.type('csv');
 *   await streamTo(res, createReadStream('report.csv'));
 * }));
 */
export const streamTo = async (
  res: ServerResponse,
  source: StreamSource,
  options?: StreamToOptions,
): Promise<void> => {
  const { signal } = readOptions<StreamToOptions>({ where: 'streamTo' }, options, DEFAULTS, {
    signal: withMethods('an AbortSignal', 'addEventListener', 'removeEventListener'),
  });
  const stream = toReadable(source);
  const linked = link(res, stream, signal);
  try {
    signal?.throwIfAborted();
    if (res.destroyed) throw new ClientClosedError();
    await send(res, stream);
  } catch (error) {
    throw linked.fail(error);
  } finally {
    linked.dispose();
  }
};
