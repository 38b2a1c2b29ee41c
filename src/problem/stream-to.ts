import type { ServerResponse } from 'node:http';
import { markCut, wasCut } from '../context/index.ts';
import { ClientClosedError, InternalServerError } from '../errors/index.ts';
import { linkSignals, raceSignal, readOptions, withMethods } from '../kernel/index.ts';
import { isOver } from './silence.ts';
import { type Chunks, readSource, type StreamSource } from './stream-source.ts';

/** Options of `streamTo()`. */
export interface StreamToOptions {
  /** Ends the transfer, which rejects with its reason: `getContext().signal` for one. @default none */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULTS: StreamToOptions = Object.freeze({ signal: undefined });

const ignore = (): void => undefined;

const endedByOthers = () => new InternalServerError('The response was ended while a stream was sent');

const isEmpty = (chunk: unknown): boolean =>
  chunk === '' || (ArrayBuffer.isView(chunk) && chunk.byteLength === 0);

/** The next chunk that has bytes: to write one without would send the headers. */
const nextChunk = async (chunks: Chunks, cut: AbortSignal) => {
  for (;;) {
    const step = await raceSignal(chunks.next(), cut);
    if (step.done === true || !isEmpty(step.value)) return step;
  }
};

/** Writes chunks, each when there is room for it. */
const createWriter = (res: ServerResponse, cut: AbortSignal) => {
  let isListening = false;
  let drained = ignore;
  const onDrain = (): void => drained();
  return {
    write: async (chunk: Uint8Array | string): Promise<void> => {
      if (res.write(chunk)) return;
      // Only once: compression puts the listener on a stream of its own, from where it cannot be taken.
      if (!isListening) res.on('drain', onDrain);
      isListening = true;
      const room = new Promise<void>((resolve) => {
        drained = resolve;
      });
      await raceSignal(room, cut);
    },
    dispose: () => void res.off('drain', onDrain),
  };
};

/** Ends the answer and waits until all of it is on its way. */
const finish = async (res: ServerResponse, cut: AbortSignal): Promise<void> => {
  let onFinish = ignore;
  const finished = new Promise<void>((resolve) => {
    onFinish = resolve;
  });
  res.on('finish', onFinish);
  try {
    res.end();
    if (!res.writableFinished) await raceSignal(finished, cut);
  } catch (error) {
    // Whatever came in between came too late.
    if (!res.writableFinished) throw error;
  } finally {
    res.off('finish', onFinish);
  }
};

const send = async (res: ServerResponse, chunks: Chunks, cut: AbortSignal): Promise<void> => {
  // Nothing is sent before the first chunk or the end is there: until then another answer can be given.
  let step = await nextChunk(chunks, cut);
  if (step.done === true && chunks.isSpent)
    throw new InternalServerError('The source of a stream had been read to its end before');
  const writer = createWriter(res, cut);
  try {
    while (step.done !== true && res.req.method !== 'HEAD') {
      if (res.writableEnded) throw endedByOthers();
      await writer.write(step.value);
      step = await nextChunk(chunks, cut);
    }
  } finally {
    writer.dispose();
  }
  if (step.done !== true) chunks.cancel();
  await finish(res, cut);
};

/** A signal that aborts with whatever ends a transfer early: the caller, the client, or the source. */
const watch = (res: ServerResponse, chunks: Chunks, signal: AbortSignal | undefined) => {
  const cut = linkSignals(signal);
  const onClose = (): void =>
    cut.abort(res.writableFinished || wasCut(res.req) ? endedByOthers() : new ClientClosedError());
  res.on('close', onClose);
  const stopListening = chunks.onError((error) => {
    if (!res.writableEnded) cut.abort(error);
  });
  return {
    signal: cut.signal,
    dispose: (): void => {
      res.off('close', onClose);
      stopListening();
      cut.dispose();
    },
  };
};

/** Breaks off an answer that has begun, unless it is complete. */
const breakOff = (res: ServerResponse, isAborted: boolean): void => {
  const isComplete = isAborted ? res.writableFinished : res.writableEnded;
  // An answer that was given in the handler's place is not this one.
  if (!res.headersSent || res.destroyed || isComplete || isOver(res)) return;
  // Half an answer cannot be taken back, and this is not the client's doing.
  markCut(res.req);
  res.destroy();
};

/**
 * Sends a stream as the body of an answer. Nothing is sent until the source gave its first chunk or ended: where it
 * fails before, the response is as it was, and the error can be answered as a problem. Where it fails later, the
 * connection is broken off, so that half an answer is not taken for a whole one. A client that leaves and a signal that
 * aborts end the transfer at once, whatever the source waits for, and cancel the source.
 *
 * @param res the response, its status and headers set
 * @param source a stream of Node or of the web (`(await fetch(url)).body`), or another async iterable of bytes or texts
 * @returns when the answer is complete
 * @throws the error of the source as it is, ClientClosedError if the client leaves, the reason of the signal, or
 * InternalServerError for a stream that was read to its end before
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
  const chunks = readSource(source);
  const cut = watch(res, chunks, signal);
  try {
    cut.signal.throwIfAborted();
    if (isOver(res)) throw endedByOthers();
    if (res.destroyed) throw new ClientClosedError();
    await send(res, chunks, cut.signal);
  } catch (error) {
    breakOff(res, signal?.aborted === true);
    chunks.cancel();
    throw cut.signal.aborted ? cut.signal.reason : error;
  } finally {
    cut.dispose();
  }
};
