import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { types } from 'node:util';
import { describeValue, readSafely } from '../kernel/index.ts';
import { tagOf } from './body-value.ts';

/** A body that flows by once: a stream of Node or of the web, or anything that is iterated asynchronously. */
export type BodyStream = AsyncIterable<Uint8Array | string>;

/** A body on its way out, under one attempt. */
export interface OutgoingBody {
  readonly content: string | Uint8Array | Readable;
  /** Content type that the body itself tells. */
  readonly contentType: string | undefined;
  /** What the body itself failed with; nothing that the connection did to it. */
  failure(): { readonly error: unknown } | undefined;
  /** Whether the connection waits for its first piece. */
  isOwed(): boolean;
  /** Ends what of it was not sent. */
  dispose(): void;
}

const ignore = (): void => undefined;

const callMethod = (value: unknown, name: PropertyKey): unknown => {
  const method = readSafely(value, name);
  return typeof method === 'function' ? method.call(value) : undefined;
};

/** Whether `value` is a stream, or the like of one. */
export const isBodyStream = (value: unknown): value is BodyStream =>
  typeof value === 'object' &&
  value !== null &&
  typeof readSafely(value, Symbol.asyncIterator) === 'function';

const isNodeStream = (value: unknown): value is Readable =>
  typeof readSafely(value, 'destroy') === 'function' && typeof readSafely(value, 'on') === 'function';

/**
 * Makes a stream safe to hold until its attempt begins: one of Node that fails before somebody listens would end the
 * process.
 *
 * @throws TypeError for one that was read, or is being read, already
 */
export const holdStream = (stream: BodyStream): void => {
  const spent = ['destroyed', 'readableEnded', 'locked'].some((name) => readSafely(stream, name) === true);
  // One that failed says so when it is sent.
  const failed = readSafely(stream, 'errored') ?? undefined;
  if (spent && failed === undefined)
    throw new TypeError('"body" is a stream that was read or closed already');
  if (isNodeStream(stream)) stream.on('error', ignore);
};

/** Ends a stream that nobody reads; anything else stays as it is. Never throws. */
export const discardStream = (body: unknown): void => {
  if (!isBodyStream(body)) return;
  try {
    if (isNodeStream(body)) callMethod(body, 'destroy');
    else {
      const ended = callMethod(body, 'cancel') ?? callMethod(body[Symbol.asyncIterator](), 'return');
      // Whatever its end says, nobody waits for it.
      Promise.resolve(ended).catch(ignore);
    }
  } catch {
    // Anybody's object may throw; its call has an outcome already.
  }
};

/** The stream as one of Node, whose end in the midst of a read is heard at once. */
const nodeStream = (stream: BodyStream): BodyStream => {
  if (tagOf(stream) !== 'ReadableStream') return stream;
  try {
    // Node looks for itself whether it is one of the platform's.
    return Readable.fromWeb(stream as unknown as WebStream, { objectMode: true, highWaterMark: 1 });
  } catch {
    // One of another make, which is read like every other iterable.
    return stream;
  }
};

/**
 * A piece as it is sent.
 *
 * @throws TypeError for what is neither text nor bytes
 */
const readPiece = (piece: unknown): Uint8Array | string => {
  if (typeof piece === 'string' || types.isUint8Array(piece)) return piece;
  if (types.isAnyArrayBuffer(piece)) return new Uint8Array(piece);
  if (ArrayBuffer.isView(piece)) return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  throw new TypeError(`a stream as "body" must give texts or bytes, but gave ${describeValue(piece)}`);
};

/**
 * Sends a stream as it comes. What it fails with is told apart from what the connection does to it: undici destroys
 * a body with the error of its socket.
 */
export const openStream = (given: BodyStream): OutgoingBody => {
  const source = nodeStream(given);
  if (isNodeStream(source)) source.on('error', ignore);
  const iterator = source[Symbol.asyncIterator]();
  let failure: { readonly error: unknown } | undefined;
  let disposed = false;
  let isOwed = false;
  let hasBegun = false;
  const end = (): void => {
    disposed = true;
    // Its iterator would hear of the end only after the next chunk, and make an error of it.
    if (isNodeStream(source)) callMethod(source, 'destroy');
  };
  const watched: AsyncIterableIterator<Uint8Array | string> = {
    [Symbol.asyncIterator]: () => watched,
    next: async () => {
      isOwed = !hasBegun;
      hasBegun = true;
      try {
        const { done, value } = await iterator.next();
        return done ? { done, value: undefined } : { value: readPiece(await value) };
      } catch (error) {
        if (!disposed) failure ??= { error };
        throw error;
      } finally {
        isOwed = false;
      }
    },
    return: async () => {
      end();
      return (await iterator.return?.()) ?? { done: true, value: undefined };
    },
  };
  const content = Readable.from(watched, { objectMode: false });
  content.on('error', ignore);
  return {
    content,
    contentType: undefined,
    failure: () => failure,
    isOwed: () => isOwed,
    dispose: () => {
      end();
      content.destroy();
    },
  };
};
