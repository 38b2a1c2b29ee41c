import type { ServerResponse } from 'node:http';
import { readSafely } from '../kernel/index.ts';

const WITHOUT_BODY: readonly unknown[] = [204, 304];

const sizeOf = (chunk: unknown, encoding: unknown): number => {
  if (typeof chunk === 'string') {
    const known = typeof encoding === 'string' && Buffer.isEncoding(encoding);
    return Buffer.byteLength(chunk, known ? encoding : 'utf8');
  }
  const size = readSafely(chunk, 'byteLength');
  return typeof size === 'number' ? size : 0;
};

/**
 * Counts the bytes of the body that are handed to the connection, and gives the number at any time. Mounted ahead of a
 * compression it counts what that makes of them.
 *
 * `write` and `end` are replaced on the response itself, as no other place tells: the bytes of the socket are those of
 * every response on it with all headers and chunk sizes, and a `Content-Length` is missing from streams and wrong for
 * what broke off.
 */
export const watchBytes = (request: object, response: ServerResponse): (() => number) => {
  const { write, end } = response;
  let bytes = 0;
  let isEnding = false;
  const count = (args: readonly unknown[]): void => {
    // HTTP/2's end() writes through write(); what comes after the end goes nowhere.
    if (!isEnding && !response.writableEnded && !response.destroyed) bytes += sizeOf(args[0], args[1]);
  };
  const countedWrite = function (this: ServerResponse, ...args: readonly unknown[]): boolean {
    count(args);
    // What Node's own method returns.
    return Reflect.apply(write, this, args) as boolean;
  };
  const countedEnd = function (this: ServerResponse, ...args: readonly unknown[]): ServerResponse {
    count(args);
    isEnding = true;
    // What Node's own method returns.
    return Reflect.apply(end, this, args) as ServerResponse;
  };
  // They take whatever Node's own take.
  response.write = countedWrite as ServerResponse['write'];
  response.end = countedEnd as ServerResponse['end'];
  return () =>
    readSafely(request, 'method') === 'HEAD' || WITHOUT_BODY.includes(readSafely(response, 'statusCode'))
      ? 0
      : bytes;
};

const DIGITS = /^\d{1,15}$/;

/** Bytes of the request's body, where they are known without reading it: announced, and all of them there. */
export const requestBytesOf = (request: object): number | undefined => {
  if (readSafely(request, 'complete') !== true) return undefined;
  const length = readSafely(readSafely(request, 'headers'), 'content-length');
  return typeof length === 'string' && DIGITS.test(length) ? Number(length) : undefined;
};
