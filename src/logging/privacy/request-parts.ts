import type { IncomingMessage, ServerResponse } from 'node:http';
import { isArray, type OptionsSite, readSafely, rejectOption } from '../../kernel/index.ts';
import { isSecretName, scrubLine } from '../../redaction/index.ts';
import { createPrintIp } from './ip.ts';
import type { AccessPrivacyOptions } from './options.ts';

/** What was asked for of a request. */
export interface RequestParts {
  readonly ip: string | undefined;
  readonly headers: object | undefined;
  readonly query: object | undefined;
  readonly responseHeaders: object | undefined;
}

/** What an access line says of a request's client, headers and query. */
export interface PartsReader {
  /** The client's address, to be read as the request comes in: a client that left has none any more. Never throws. */
  addressOf(request: IncomingMessage): unknown;
  /** What was asked for and was sent; a part of which there is nothing is undefined. Never throws. */
  read(request: IncomingMessage, response: ServerResponse, address: unknown): RequestParts;
}

const MAX_VALUE_LENGTH = 256;
const MAX_VALUES = 10;

/** Headers by which proxies hand on the client's address, by the words that the names of all of them have. */
const ADDRESS_HEADER =
  /(?:forwarded|proxied)(?!-(?:host|port|prefix|proto)$)|(?:[_-]|client|socket|^)ip(?:v6)?$|(?:^|[_-])addr(?:ess)?$/i;

const refuse = (site: OptionsSite, option: string, name: string | undefined, expects: string): void => {
  if (name !== undefined) rejectOption(site, option, expects, name);
};

const checkNames = (site: OptionsSite, options: AccessPrivacyOptions): void => {
  const { headers = [], responseHeaders = [], query = [], ip } = options;
  const lists = { headers, responseHeaders, query };
  for (const [option, names] of Object.entries(lists))
    refuse(site, option, names.find(isSecretName), 'a list of names whose values are no secrets');
  if (ip === 'plain') return;
  for (const [option, names] of Object.entries({ headers, responseHeaders })) {
    const address = names.find((name) => ADDRESS_HEADER.test(name));
    refuse(site, option, address, 'without headers that hold addresses unless "ip" is "plain"');
  }
};

const oneLine = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? scrubLine(String(value), MAX_VALUE_LENGTH)
    : undefined;

const textOf = (value: unknown): string | undefined =>
  oneLine(isArray(value) ? value.slice(0, MAX_VALUES).map(String).join(', ') : value);

/** The values that there are, by name; nothing where there are none. */
const collect = (
  names: readonly string[],
  read: (name: string) => unknown,
): Readonly<Record<string, unknown>> | undefined => {
  if (names.length === 0) return undefined;
  const found = names.map((name) => [name, read(name)] as const).filter(([, value]) => value !== undefined);
  return found.length > 0 ? Object.fromEntries(found) : undefined;
};

const lower = (names: readonly string[] | undefined): readonly string[] =>
  (names ?? []).map((name) => name.toLowerCase());

const readHeader = (message: IncomingMessage, name: string): unknown => {
  const headers = readSafely(message, 'headers');
  return typeof headers === 'object' && headers !== null && Object.hasOwn(headers, name)
    ? textOf(readSafely(headers, name))
    : undefined;
};

/** As its client sent it: what `req.query` says depends on the parser of the app, and handlers write into it. */
const queryOf = (request: IncomingMessage): URLSearchParams => {
  const url = readSafely(request, 'originalUrl') ?? readSafely(request, 'url');
  const [, query = ''] = typeof url === 'string' ? (/\?([^#]*)/.exec(url) ?? []) : [];
  return new URLSearchParams(query);
};

const readKey = (query: URLSearchParams, key: string): unknown => {
  const values = query.getAll(key).slice(0, MAX_VALUES).map(oneLine);
  return values.length > 1 ? values : values[0];
};

/** The other end of the socket, or the one that `trust proxy` of Express finds in the headers. */
const addressOf = (request: IncomingMessage): unknown =>
  readSafely(request, 'ip') ?? readSafely(readSafely(request, 'socket'), 'remoteAddress');

const tryRead = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    // Headers, getters and proxies of somebody else's must not cost the line.
    return undefined;
  }
};

/**
 * Reads what an access line says of a request's client, headers and query.
 *
 * @param site of the options
 * @throws RangeError for a name that is secret, TypeError or RangeError for the mode `hmac` without a good key
 */
export const createPartsReader = (site: OptionsSite, options: AccessPrivacyOptions): PartsReader => {
  checkNames(site, options);
  const printIp = createPrintIp(site, options);
  const headers = lower(options.headers);
  const responseHeaders = lower(options.responseHeaders);
  const query = [...(options.query ?? [])];
  const readQuery = (request: IncomingMessage) => {
    if (query.length === 0) return undefined;
    const sent = queryOf(request);
    return collect(query, (key) => readKey(sent, key));
  };
  return {
    addressOf: (request) => tryRead(() => addressOf(request)),
    read: (request, response, address) => ({
      ip: tryRead(() => printIp(address)),
      headers: tryRead(() => collect(headers, (name) => readHeader(request, name))),
      query: tryRead(() => readQuery(request)),
      responseHeaders: tryRead(() => collect(responseHeaders, (name) => textOf(response.getHeader(name)))),
    }),
  };
};
