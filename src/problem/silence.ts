import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { readSafely } from '../kernel/index.ts';

const OVER = Symbol.for('express-breakwater.over.v0');

/** Notes that a response was answered for its handler: what that one does with it from now on is of no account. */
const markOver = (res: ServerResponse): void => {
  Object.defineProperty(res, OVER, { value: true });
};

/** Whether `markOver` noted it. */
export const isOver = (res: object): boolean => readSafely(res, OVER) === true;

/** Everything by which a handler changes, sends or breaks an answer. Those of Express are built from them. */
const METHODS = [
  'addTrailers',
  'appendHeader',
  'destroy',
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

const define = (res: object, name: string, property: PropertyDescriptor): void => {
  // Answers false where another library made the property its own for good.
  Reflect.defineProperty(res, name, { configurable: true, ...property });
};

const freezeStatus = (res: ServerResponse, name: 'statusCode' | 'statusMessage'): void => {
  const value = res[name];
  // Assigning must not throw, and what the access log reads is what was sent.
  define(res, name, { get: () => value, set: () => undefined });
};

const isRead = (source: Readable): boolean =>
  source.listenerCount('data') > 0 || source.listenerCount('readable') > 0;

/**
 * Ends sources that are piped into the response and that nobody else reads: a pipe into nowhere keeps them open for ever.
 * The request is read to its end instead: the next one on its connection comes behind it.
 */
const endPipes = (res: ServerResponse): void => {
  res.on('pipe', (source: Readable) => source.unpipe(res));
  res.on('unpipe', (source: Readable) => {
    setImmediate(() => {
      if (isRead(source)) return;
      if (source === res.req) source.resume();
      else source.destroy();
    });
  });
};

/**
 * Makes a response deaf to its handler, once its answer is on its way: methods do nothing, in the way of their kind, and
 * its status stays what was sent. Without it a late `setHeader` throws, a late `end` raises an error that ends the
 * process, and a late `destroy` takes the answer back.
 */
const silence = (res: ServerResponse): void => {
  freezeStatus(res, 'statusCode');
  freezeStatus(res, 'statusMessage');
  const ignore = (...args: unknown[]): ServerResponse => {
    later(callbackOf(args));
    return res;
  };
  for (const name of METHODS) define(res, name, { value: ignore, writable: true });
  define(res, 'end', { value: ignore, writable: true });
  const write = (...args: unknown[]): boolean => {
    later(callbackOf(args), lateWrite());
    return false;
  };
  define(res, 'write', { value: write, writable: true });
  endPipes(res);
};

/** Sees to it that nothing which its handler still does changes a response that was just answered for it. */
export const takeOver = (res: ServerResponse): void => {
  markOver(res);
  // A library may hold the answer back, to save its session first: it needs the methods until the answer goes.
  if (res.headersSent) silence(res);
  else res.once('finish', () => silence(res));
};
