import { describeValue, readSafely, toError } from '../kernel/index.ts';
import { scrubLine } from '../redaction/index.ts';
import { readPino } from './pino-symbols.ts';

const WATCHED = Symbol.for('express-breakwater.log.watched');

/** Tells the process of something about the log that no line can tell. */
export const warnOfLog = (what: string, thrown: unknown): void => {
  const message = scrubLine(String(readSafely(toError(thrown), 'message') ?? describeValue(thrown)));
  process.emitWarning(`${what} (told once): ${message}`, { code: 'BREAKWATER_LOG' });
};

/**
 * Hears the errors of the stream that a logger writes to: a worker of a transport that died, a disk that is full. Node
 * throws an "error" event that nobody hears, which would end the process for the sake of its log.
 */
export const watchStream = (logger: object): void => {
  const stream = readPino(logger, 'pino.stream');
  if (typeof stream !== 'object' || stream === null || !Object.isExtensible(stream)) return;
  const on = readSafely(stream, 'on');
  if (typeof on !== 'function' || Object.hasOwn(stream, WATCHED)) return;
  Object.defineProperty(stream, WATCHED, { value: true });
  let warned = false;
  Reflect.apply(on, stream, [
    'error',
    (error: unknown) => {
      if (!warned) warnOfLog('The stream of the log failed', error);
      warned = true;
    },
  ]);
};
