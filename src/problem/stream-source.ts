import { isReadable, Readable } from 'node:stream';
import { describeValue, readSafely } from '../kernel/index.ts';

/** What `streamTo()` can send: a stream of Node or of the web, or anything that gives bytes or texts one after the other. */
export type StreamSource = Readable | AsyncIterable<Uint8Array | string>;

type Step = IteratorResult<Uint8Array | string, unknown>;

/** A source as it is read. */
export interface Chunks {
  next(): Promise<Step>;
  /** Ends the source, whatever it waits for, and does not wait for that. Never throws. */
  cancel(): void;
  /** Hears of a failure before it is the turn of `next()` to tell. @returns a function that stops listening */
  onError(listener: (error: unknown) => void): () => void;
  /** Whether it was read to its end by somebody else. A generator cannot tell. */
  readonly isSpent: boolean;
}

/** A stream of the web, as far as it is read. */
interface WebStream {
  getReader(): { read(): Promise<Step>; cancel(): Promise<void> };
}

const ignore = (): void => undefined;

const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  names.every((name) => typeof readSafely(value, name) === 'function');

// Streams by what they can do: instanceof would miss those of another realm or copy.
const isNodeStream = (source: StreamSource): source is Readable =>
  hasMethods(source, ['pipe', 'read', 'destroy', 'on', 'off']);

const isWebStream = (source: object): source is WebStream => hasMethods(source, ['getReader']);

const isSpent = (source: Readable): boolean => Readable.isDisturbed(source) && !isReadable(source);

const readNodeStream = (source: Readable): Omit<Chunks, 'isSpent'> => {
  const iterator: AsyncIterator<Uint8Array | string> = source[Symbol.asyncIterator]();
  // It stays: a destroyed source may yet emit an error, and one that nobody hears ends the process.
  source.on('error', ignore);
  return {
    next: () => iterator.next(),
    cancel: () => void source.destroy(),
    onError: (listener) => {
      source.on('error', listener);
      return () => void source.off('error', listener);
    },
  };
};

const readWebStream = (source: WebStream): Omit<Chunks, 'isSpent'> => {
  // Its iterator would end it only after the read that is under way.
  const reader = source.getReader();
  return {
    next: () => reader.read(),
    cancel: () => void reader.cancel().catch(ignore),
    onError: () => ignore,
  };
};

const readIterable = (source: AsyncIterable<Uint8Array | string>): Omit<Chunks, 'isSpent'> => {
  const iterator = source[Symbol.asyncIterator]();
  const end = async (): Promise<void> => {
    await iterator.return?.();
  };
  return {
    next: async () => iterator.next(),
    // A generator takes it only when what it waits for is there.
    cancel: () => void end().catch(ignore),
    onError: () => ignore,
  };
};

/**
 * Begins to read a source.
 *
 * @throws TypeError if it is none, or a stream of the web that somebody else reads
 */
export const readSource = (source: StreamSource): Chunks => {
  if (typeof readSafely(source, Symbol.asyncIterator) !== 'function')
    throw new TypeError(
      `streamTo: the source must be a stream or another async iterable, but was ${describeValue(source)}`,
    );
  if (isNodeStream(source)) return { ...readNodeStream(source), isSpent: isSpent(source) };
  // The types of Node know the streams of the web only by other interfaces, but the function takes both.
  if (isWebStream(source))
    return { ...readWebStream(source), isSpent: isSpent(source as unknown as Readable) };
  return { ...readIterable(source), isSpent: false };
};
