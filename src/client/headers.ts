import { isHarmlessHeader } from '../cache/index.ts';
import { isPropagationHeader, RETRY_ATTEMPT_HEADER } from '../context/index.ts';

/** Request headers as users write them; `undefined` leaves one out, also one that the client would send. */
export type HeadersOption = Readonly<Record<string, string | undefined>>;

/** Request headers ready to send, names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// RFC 9110 §5.5: visible characters, space, tab, obs-text; nothing beyond a byte.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that belong to the connection or to the framing of the message, and so to the transport. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a header, in lower case, is the transport's to set. */
export const isTransportHeader = (name: string): boolean => RESERVED.has(name);

/**
 * Whether a header, in lower case, may go to another origin than the one that it was written for.
 *
 * @param propagates whether ids and trace may go there
 */
export const mayLeave = (name: string, propagates: boolean): boolean =>
  isPropagationHeader(name) ? propagates : name === RETRY_ATTEMPT_HEADER || isHarmlessHeader(name);

const checkHeader = (name: string, value: unknown): void => {
  // The name is not repeated either: a text with spaces in its place is most likely a credential.
  if (!NAME.test(name)) throw new TypeError('the name of a header is not a token');
  if (RESERVED.has(name.toLowerCase())) throw new TypeError(`header "${name}" is set by the transport`);
  // The value is not repeated: it may be a credential.
  if (typeof value !== 'string' || !VALUE.test(value))
    throw new TypeError(`header "${name}" must be a text without line breaks and control characters`);
};

/**
 * Copies headers with their names in lower case.
 *
 * @throws TypeError for a name or value that must not be sent
 */
export const readHeaders = (given: HeadersOption): HeadersOption => {
  // A Headers or Map object has no own keys: all it holds would be left out silently.
  if (typeof given !== 'object' || given === null || Symbol.iterator in given)
    throw new TypeError('headers must be an object with one key for each header, not a Headers, Map or list');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) checkHeader(name, value);
    headers[name.toLowerCase()] = value;
  }
  return Object.freeze(headers);
};

const ACCEPT = 'application/json, application/problem+json';

/** What a request's headers are made of. */
export interface HeadersSetup {
  /** Those of the client, already read. */
  readonly client: HeadersOption;
  /** Those of the call, already read. */
  readonly call: HeadersOption;
  /** Content type of the body, unless one is written. */
  readonly contentType: string | undefined;
  /** Whether the call stays on the client's own host; elsewhere only harmless headers of the client are sent. */
  readonly ownHost: boolean;
  /** Whether ids and trace may go where the call goes. */
  readonly propagate: boolean;
}

/** One set of headers; the call's win over the client's. */
export const mergeHeaders = (setup: HeadersSetup): RequestHeaders => {
  const { client, call, contentType, ownHost, propagate } = setup;
  const merged: Record<string, string> = {};
  const all = { accept: ACCEPT, 'content-type': contentType, ...client, ...call };
  for (const [name, value] of Object.entries<string | undefined>(all)) {
    const stays = ownHost || Object.hasOwn(call, name) || mayLeave(name, propagate);
    if (value !== undefined && stays) merged[name] = value;
  }
  return Object.freeze(merged);
};
