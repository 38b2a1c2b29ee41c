import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import { readSafely } from '../kernel/index.ts';
import type { Answer } from './answer.ts';
import { discardStream } from './body-stream.ts';
import { type FetchRequest, readFetch } from './fetch-request.ts';
import type { ClientSettings } from './options.ts';
import type { CallGiven } from './prepare-call.ts';

/** A `fetch` over a client, for libraries that take one. */
export type Fetch = typeof globalThis.fetch;

const WITHOUT_BODY: readonly number[] = [204, 205, 304];
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** The stream as one of the web. It reads no further than it is read itself. */
const toWebStream = (stream: Readable): ReadableStream<Uint8Array> => {
  const pieces: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      type: 'bytes',
      pull: async (controller) => {
        const { done, value } = await pieces.next();
        // A copy: the stream takes the memory of what it is given, and Node's pieces may share theirs.
        if (!done) controller.enqueue(Uint8Array.from(value));
        else {
          controller.close();
          controller.byobRequest?.respond(0);
        }
      },
      cancel: () => {
        stream.destroy();
      },
    },
    { highWaterMark: 0 },
  );
};

const toResponse = (answer: Answer, { method }: FetchRequest): Response => {
  const { status, url, redirected } = answer;
  const isEmpty = method.toUpperCase() === 'HEAD' || WITHOUT_BODY.includes(status);
  // A 205 may bring a body all the same (RFC 9110 §15.3.6), which nobody could read here.
  if (isEmpty) answer.stream.destroy();
  const response = new Response(isEmpty ? null : toWebStream(answer.stream), {
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: new Headers(answer.headers),
  });
  // Only the platform's own fetch can say it to the constructor.
  return Object.defineProperties(response, { url: { value: url }, redirected: { value: redirected } });
};

/** What a client knows that its `fetch` must. */
type FetchSetup = Pick<ClientSettings, 'base' | 'headers'>;

/** The call that a request is: streamed, and answered whatever its status. */
const callOf = ({ headers: ofClient }: FetchSetup, request: FetchRequest): CallGiven => {
  const { method, target, headers, body, signal, redirect, cacheControl } = request;
  // The client's own default is for JSON; here it is the platform's.
  const accept = ofClient.accept === undefined ? { accept: '*/*' } : undefined;
  // It goes out too, as with the platform's own: caches on the way are to know.
  const mode = cacheControl === undefined ? undefined : { 'cache-control': cacheControl };
  const options = {
    headers: { ...accept, ...mode, ...headers },
    body,
    signal,
    stream: true,
    throwOnStatus: false,
    ...(redirect === 'follow' ? {} : { maxRedirects: 0 }),
  };
  return { method, path: target.pathname, target, options, expectation: { json: false } };
};

/** Reads the arguments; a stream among those that are refused is ended, as with every call. */
const readOrDiscard: typeof readFetch = (base, input, init) => {
  try {
    return readFetch(base, input, init);
  } catch (error) {
    discardStream(readSafely(init, 'body'));
    throw error;
  }
};

/**
 * Makes a `fetch` of the calls of a client.
 *
 * @param call makes a call
 */
export const createFetch =
  (setup: FetchSetup, call: (given: CallGiven) => Promise<Answer>): Fetch =>
  async (input, init) => {
    const request = readOrDiscard(setup.base, input, init);
    const answer = await call(callOf(setup, request));
    if (request.redirect === 'error' && REDIRECTS.includes(answer.status))
      throw new TypeError('fetch: the answer is a redirect, which "redirect" forbids');
    return toResponse(answer, request);
  };
