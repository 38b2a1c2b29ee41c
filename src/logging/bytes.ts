import type { ServerResponse } from 'node:http';
import { appPrototypeOf } from '../context/index.ts';
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

/** Bytes of the body of one answer. */
export class BytesCount {
  /** What replaced `write` and `end` where they count for this answer. */
  readonly by: Counting;
  bytes = 0;
  isEnding = false;

  constructor(by: Counting) {
    this.by = by;
  }

  /** HTTP/2's end() writes through write(); what comes after the end goes nowhere. */
  add(response: ServerResponse, chunk: unknown, encoding: unknown): void {
    if (!this.isEnding && !response.writableEnded && !response.destroyed)
      this.bytes += sizeOf(chunk, encoding);
  }
}

type Method = (...args: readonly unknown[]) => unknown;

/** `write` and `end` that count, of one response or of all responses of an app. */
interface Counting {
  readonly write: Method;
  readonly end: Method;
}

const COUNT = Symbol.for('express-breakwater.log.bytes');
const COUNTING = Symbol.for('express-breakwater.log.counting');

interface Counted {
  readonly [COUNT]?: BytesCount;
}

/** @param methodOf what they call in their turn */
const createCounting = (methodOf: (name: keyof Counting) => Method): Counting => {
  const counting: Counting = {
    write(this: ServerResponse & Counted, ...args) {
      const count = this[COUNT];
      if (count?.by === counting) count.add(this, args[0], args[1]);
      return Reflect.apply(methodOf('write'), this, args);
    },
    end(this: ServerResponse & Counted, ...args) {
      const count = this[COUNT];
      if (count?.by === counting) {
        count.add(this, args[0], args[1]);
        count.isEnding = true;
      }
      return Reflect.apply(methodOf('end'), this, args);
    },
  };
  return counting;
};

const replace = (owner: object, { write, end }: Counting): void => {
  Object.assign(owner, { write, end });
};

/** Counts for all responses of an app at once: replaced on each of them they cost 4 µs of a request (Node 24). */
const countingOfApp = (response: ServerResponse): Counting | undefined => {
  const prototype = appPrototypeOf(response);
  if (prototype === undefined) return undefined;
  // An app inherits it from the one that it is mounted in.
  const known = (prototype as { readonly [COUNTING]?: Counting })[COUNTING];
  if (known !== undefined) return known;
  if (Object.hasOwn(prototype, 'write') || Object.hasOwn(prototype, 'end')) return undefined;
  // Looked up each time: others may replace those of Node later on.
  const counting = createCounting((name) => Reflect.get(Object.getPrototypeOf(prototype), name));
  replace(prototype, counting);
  Object.defineProperty(prototype, COUNTING, { value: counting });
  return counting;
};

/** Whether they are what is called first: what a compression makes of a body behind us is to be counted, not before us. */
const isOutermost = (response: ServerResponse, counting: Counting): boolean =>
  Object.is(response.write, counting.write) && Object.is(response.end, counting.end);

const countingOf = (response: ServerResponse): Counting => {
  const ofApp = countingOfApp(response);
  if (ofApp !== undefined && isOutermost(response, ofApp)) return ofApp;
  const { write, end } = response;
  // They take whatever Node's own take.
  const own = { write, end } as unknown as Counting;
  const counting = createCounting((name) => own[name]);
  replace(response, counting);
  return counting;
};

/**
 * Counts the bytes of the body that are handed to the connection. Mounted ahead of a compression it counts what that makes
 * of them.
 *
 * `write` and `end` are replaced, as no other place tells: the bytes of the socket are those of every response on it with
 * all headers and chunk sizes, and a `Content-Length` is missing from streams and wrong for what broke off.
 */
export const watchBytes = (response: ServerResponse): BytesCount => {
  const count = new BytesCount(countingOf(response));
  Object.defineProperty(response, COUNT, { value: count, configurable: true });
  return count;
};

/** The bytes so far; an answer without a body has none, whatever was written. */
export const bytesOf = (request: object, response: object, { bytes }: BytesCount): number =>
  readSafely(request, 'method') === 'HEAD' || WITHOUT_BODY.includes(readSafely(response, 'statusCode'))
    ? 0
    : bytes;

const DIGITS = /^\d{1,15}$/;

/** Bytes of the request's body, where they are known without reading it: announced, and all of them there. */
export const requestBytesOf = (request: object): number | undefined => {
  if (readSafely(request, 'complete') !== true) return undefined;
  const length = readSafely(readSafely(request, 'headers'), 'content-length');
  return typeof length === 'string' && DIGITS.test(length) ? Number(length) : undefined;
};
