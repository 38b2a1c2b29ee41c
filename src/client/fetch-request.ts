import { describeValue, readSafely } from '../kernel/index.ts';
import { isTransportHeader } from './headers.ts';
import type { BodyOption } from './request-body.ts';

/** What a call of `fetch()` asks for. */
export interface FetchRequest {
  readonly method: string;
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: BodyOption | undefined;
  readonly signal: AbortSignal | undefined;
  readonly redirect: 'follow' | 'error' | 'manual';
  /** What its cache mode is as a directive; `undefined` for the usual one. */
  readonly cacheControl: string | undefined;
}

const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/** What somebody's Request says of itself; of our platform or of another make. */
const requestOf = (input: unknown): object | undefined =>
  typeof input === 'object' && input !== null && typeof readSafely(input, 'url') === 'string'
    ? input
    : undefined;

/** An absolute URL as it is; anything else is added to the path of the base, as with the other methods of a client. */
const targetOf = (base: URL, given: string): URL => {
  const isAbsolute = ABSOLUTE.test(given);
  const prefix = `${base.pathname.replace(/\/$/, '')}/`;
  const text = isAbsolute ? given : `${base.origin}${prefix}${given.replace(/^\//, '')}`;
  // The text is not repeated: it may hold anything.
  if (!URL.canParse(text, base.href)) throw new TypeError('fetch: the input does not make a URL');
  const target = new URL(text, base);
  if (!isAbsolute && !target.pathname.startsWith(prefix))
    throw new TypeError('fetch: a relative input must not leave the path of "baseUrl"');
  target.hash = '';
  return target;
};

const headersOf = (given: unknown): Readonly<Record<string, string>> => {
  try {
    // The platform's own reader tells what is none of a header's.
    const all = [...new Headers((given ?? {}) as ConstructorParameters<typeof Headers>[0])];
    return Object.fromEntries(all.filter(([name]) => !isTransportHeader(name)));
  } catch {
    // Its message repeats the value, which may be a credential.
    throw new TypeError('fetch: the headers hold a name or value that cannot be sent');
  }
};

/** A body of a Request, read once: it is sent again with each attempt. */
const bodyOfRequest = (request: object): BodyOption | undefined => {
  const read = readSafely(request, 'arrayBuffer');
  if (!readSafely(request, 'body') || typeof read !== 'function') return undefined;
  if (readSafely(request, 'bodyUsed') === true)
    throw new TypeError('fetch: the body of the request was read already');
  let bytes: Promise<ArrayBuffer> | undefined;
  return async () => {
    bytes ??= Promise.resolve(read.call(request));
    return bytes;
  };
};

const bodyOf = (given: unknown): BodyOption | undefined => {
  if (given === undefined || given === null) return undefined;
  // fetch() takes views of every kind, and no functions.
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (typeof given === 'function')
    throw new TypeError(`fetch: the body cannot be sent: ${describeValue(given)}`);
  // Whatever else it is, it is checked where every body is.
  return given as BodyOption;
};

const redirectOf = (given: unknown): FetchRequest['redirect'] => {
  if (given === undefined) return 'follow';
  if (given === 'follow' || given === 'error' || given === 'manual') return given;
  throw new TypeError('fetch: "redirect" must be "follow", "error" or "manual"');
};

/**
 * The cache modes as directives of a request.
 *
 * @see https://fetch.spec.whatwg.org/#concept-request-cache-mode
 */
const CACHE_MODES: ReadonlyMap<unknown, string | undefined> = new Map([
  [undefined, undefined],
  ['default', undefined],
  ['no-store', 'no-store'],
  ['reload', 'no-cache'],
  ['no-cache', 'no-cache'],
  ['force-cache', 'max-stale'],
  ['only-if-cached', 'only-if-cached'],
]);

const cacheControlOf = (given: unknown): string | undefined => {
  if (CACHE_MODES.has(given)) return CACHE_MODES.get(given);
  throw new TypeError('fetch: "cache" must be one of the cache modes of a Request');
};

/**
 * Reads the arguments of `fetch()`: a text, a URL or a Request, and what changes it.
 *
 * @throws TypeError for what cannot be sent
 */
export const readFetch = (base: URL, input: unknown, init: unknown): FetchRequest => {
  const request = requestOf(input);
  // Members may be inherited: a Request is taken for either argument.
  const said = (name: string): unknown => {
    const own = readSafely(init, name);
    return own === undefined && request !== undefined ? readSafely(request, name) : own;
  };
  const ownBody = readSafely(init, 'body');
  return {
    method: String(said('method') ?? 'GET'),
    target: targetOf(base, String(request === undefined ? input : readSafely(request, 'url'))),
    headers: headersOf(said('headers')),
    body: ownBody === undefined && request !== undefined ? bodyOfRequest(request) : bodyOf(ownBody),
    // Checked where every signal is; null is none.
    signal: (said('signal') ?? undefined) as AbortSignal | undefined,
    redirect: redirectOf(said('redirect')),
    cacheControl: cacheControlOf(said('cache')),
  };
};
