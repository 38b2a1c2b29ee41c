import type { Logger } from 'pino';
import { type Clock, isArray, readSafely } from '../kernel/index.ts';
import { pinoSymbol, readPino } from './pino-symbols.ts';

const streamOf = (log: Logger): unknown => readPino(log, 'pino.stream');

/** A logger like `log`, and whether a stream that lives took what it wrote: our loggers swallow what streams throw. */
export const watchStream = (log: Logger): { readonly logger: Logger; isTaken(): boolean } => {
  const symbol = pinoSymbol(log, 'pino.stream');
  const stream = streamOf(log);
  if (symbol === undefined || typeof stream !== 'object' || stream === null)
    return { logger: log, isTaken: () => false };
  let isTaken = false;
  const write = (line: unknown): void => {
    const take = readSafely(stream, 'write');
    if (typeof take !== 'function') return;
    Reflect.apply(take, stream, [line]);
    isTaken = true;
  };
  const watched = new Proxy(stream, {
    get: (_target, key) => {
      if (key === 'write') return write;
      // pino asks for it after a fatal line, which would pass the lines that are on their way; the crash waits for all of them.
      if (key === 'flushSync') return undefined;
      const value = Reflect.get(stream, key, stream);
      // Streams keep private state, which a proxy has none of.
      return typeof value === 'function' ? value.bind(stream) : value;
    },
    set: (_target, key, value) => Reflect.set(stream, key, value, stream),
  });
  const logger = log.child({});
  Object.defineProperty(logger, symbol, { value: watched });
  const isGone = (): boolean =>
    readSafely(stream, 'destroyed') === true || readSafely(stream, 'writable') === false;
  return { logger, isTaken: () => isTaken && !isGone() };
};

/** Waits for a callback of Node's kind, and says whether it came without an error. */
const called = (work: (done: (error?: unknown) => void) => void): Promise<boolean> =>
  new Promise((resolve) => {
    try {
      work((error) => resolve(error === undefined || error === null));
    } catch {
      resolve(false);
    }
  });

/** Streams of Node have no flush: the last of their writes says when all of them are done. */
const drain = (stream: unknown): Promise<boolean> => {
  const write = readSafely(stream, 'write');
  const waiting = Number(readSafely(stream, 'writableLength') ?? 0);
  if (typeof write !== 'function' || !(waiting > 0)) return Promise.resolve(true);
  return called((done) => {
    Reflect.apply(write, stream, ['', done]);
  });
};

/** sonic-boom without a buffer calls back at once, though its file may not be open yet, or a write under way. */
const settleFile = (stream: unknown): Promise<boolean> => {
  const once = readSafely(stream, 'once');
  const isOpening = Number(readSafely(stream, 'fd') ?? 0) < 0;
  if (typeof once !== 'function' || !(isOpening || readSafely(stream, '_writing') === true))
    return Promise.resolve(true);
  return called((done) => {
    Reflect.apply(once, stream, ['drain', () => done()]);
    Reflect.apply(once, stream, ['error', done]);
  });
};

/** pino asks a stream of several (`multistream`) for a flush that it does not have. */
const membersOf = (stream: unknown): readonly unknown[] => {
  const members = readSafely(stream, 'streams');
  return isArray(members) ? members.map((member) => readSafely(member, 'stream')) : [];
};

const flushStream = async (stream: unknown): Promise<boolean> => {
  const members = membersOf(stream);
  if (members.length > 0) return (await Promise.all(members.map(flushStream))).every((isDone) => isDone);
  const flush = readSafely(stream, 'flush');
  if (typeof flush !== 'function') return drain(stream);
  const isFlushed = await called((done) => {
    Reflect.apply(flush, stream, [done]);
  });
  return isFlushed && (await settleFile(stream));
};

/** Whether a logger's lines were written within `flushMs`. */
export const flushLogger = async (
  log: Logger,
  { clock, flushMs }: { readonly clock: Clock; readonly flushMs: number },
): Promise<boolean> => {
  let cancel = (): void => undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.setTimer(() => resolve(false), flushMs);
  });
  try {
    return await Promise.race([flushStream(streamOf(log)), late]);
  } finally {
    cancel();
  }
};
