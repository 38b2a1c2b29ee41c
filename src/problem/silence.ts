import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { readSafely } from '../kernel/index.ts';

const OVER = Symbol.for('express-breakwater.over.v0');

/** Takes back what was done. */
type Undo = () => void;

const define = (res: object, name: PropertyKey, property: PropertyDescriptor): Undo => {
  const before = Reflect.getOwnPropertyDescriptor(res, name);
  // Answers false where another library made the property its own for good.
  if (!Reflect.defineProperty(res, name, { configurable: true, ...property })) return () => undefined;
  return () => {
    if (before === undefined) Reflect.deleteProperty(res, name);
    else Reflect.defineProperty(res, name, before);
  };
};

/** Notes that a response is answered for its handler: what that one does with it from now on is of no account. */
const markOver = (res: ServerResponse): Undo => define(res, OVER, { value: true });

/** Whether `markOver` noted it. */
export const isOver = (res: object): boolean => readSafely(res, OVER) === true;

/** Everything by which a handler changes, sends or breaks an answer. Those of Express are built from them. */
const METHODS = [
  'addTrailers',
  'appendHeader',
  'destroy',
  'end',
  'flushHeaders',
  'removeHeader',
  'setHeader',
  'setHeaders',
  'writeContinue',
  'writeEarlyHints',
  'writeHead',
  'writeInformation',
  'writeProcessing',
] as const;

const callbackOf = (args: readonly unknown[]): ((error?: Error) => void) | undefined => {
  const last = args.at(-1);
  // A callback of a stream, whatever it makes of what it gets.
  return typeof last === 'function' ? (last as (error?: Error) => void) : undefined;
};

const later = (callback: ((error?: Error) => void) | undefined, error?: Error): void => {
  if (callback !== undefined) process.nextTick(callback, error);
};

// What Node says of a response that is gone, so that loops of writes end as they do when the client leaves.
const lateWrite = (): Error =>
  Object.assign(new Error('The request ran out of time and was answered: nothing more can be written'), {
    code: 'ERR_STREAM_DESTROYED',
  });

const freezeStatus = (res: ServerResponse, name: 'statusCode' | 'statusMessage'): Undo => {
  const value = res[name];
  // Assigning must not throw, and what the access log reads is what was sent.
  return define(res, name, { get: () => value, set: () => undefined });
};

const isRead = (source: Readable): boolean =>
  source.listenerCount('data') > 0 || source.listenerCount('readable') > 0;

/**
 * Ends sources that are piped into the response and that nobody else reads: a pipe into nowhere keeps them open for ever.
 * The request is read to its end instead: the next one on its connection comes behind it.
 */
const endPipes = (res: ServerResponse): Undo => {
  const refuse = (source: Readable): void => void source.unpipe(res);
  const end = (source: Readable): void => {
    setImmediate(() => {
      if (isRead(source)) return;
      if (source === res.req) source.resume();
      else source.destroy();
    });
  };
  res.on('pipe', refuse).on('unpipe', end);
  return () => void res.off('pipe', refuse).off('unpipe', end);
};

/**
 * A library that held an answer back may send it at last, by methods of which it kept the originals; those ask for the
 * head under this name.
 */
const keepHead = (res: ServerResponse): Undo => {
  const writeHead = res.writeHead.bind(res);
  return define(res, '_implicitHeader', { value: () => writeHead(res.statusCode), writable: true });
};

/**
 * Makes a response deaf to its handler: methods do nothing, in the way of their kind, and its status stays what it is.
 * Without it a late `setHeader` throws, a late `end` raises an error that ends the process, and a late `destroy` takes the
 * answer back.
 *
 * @returns a function that makes it hear again
 */
const silence = (res: ServerResponse): Undo => {
  const ignore = (...args: unknown[]): ServerResponse => {
    later(callbackOf(args));
    return res;
  };
  const write = (...args: unknown[]): boolean => {
    later(callbackOf(args), lateWrite());
    return false;
  };
  const undo = [
    keepHead(res),
    freezeStatus(res, 'statusCode'),
    freezeStatus(res, 'statusMessage'),
    ...METHODS.map((name) => define(res, name, { value: ignore, writable: true })),
    define(res, 'write', { value: write, writable: true }),
    endPipes(res),
  ];
  return () => {
    for (const each of undo) each();
  };
};

/**
 * Once a response that was answered for its handler is closed, it says that nothing was sent: for another answer of the
 * handler's Express and its libraries then take the way that a silent response makes harmless, and not that of closing
 * the connection or of an error. Until then loggers read what is true.
 */
const forgetAnswer = (res: ServerResponse): void => {
  const wasSent = (): boolean => Reflect.get(Object.getPrototypeOf(res), 'headersSent', res) === true;
  define(res, 'headersSent', { get: () => !res.closed && wasSent() });
};

/**
 * Takes a response from its handler, before it is answered.
 *
 * @returns a function that gives it back
 */
export const claim = (res: ServerResponse): Undo => {
  const undo = [markOver(res), silence(res)];
  return () => {
    for (const each of undo) each();
  };
};

/** Sees to it that nothing which its handler still does changes a response that was just answered for it. */
export const takeOver = (res: ServerResponse): void => {
  markOver(res);
  forgetAnswer(res);
  // A library may hold the answer back, to save its session first: it needs the methods until the answer goes.
  if (res.headersSent) silence(res);
  else res.once('finish', () => silence(res));
};
