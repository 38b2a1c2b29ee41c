import { type HostRule, matchesHost } from '../context/index.ts';
import { describeValue, type OptionsSite } from '../kernel/index.ts';

/** A value of a path parameter or of the query. */
export type UrlValue = string | number | boolean | bigint;

/** A value of the query: a list repeats its name, `undefined` and `null` are left out. */
export type QueryValue = UrlValue | null | undefined | readonly UrlValue[];

/** Values for the `:name` segments of a path. */
export type PathParams = Readonly<Record<string, UrlValue>>;

/** Query parameters. */
export type Query = Readonly<Record<string, QueryValue>>;

/**
 * `T`, whose members all hold a `Value`: what an interface can be too, which has no index signature. None of what is
 * iterated, as its members are not what it holds.
 */
export type MembersOf<T, Value> = object & { readonly [Symbol.iterator]?: never } & {
  readonly [K in keyof T]?: Value;
};

/** Where a client may call. */
export interface UrlScope {
  readonly base: URL;
  readonly allowedHosts: readonly HostRule[];
}

/** What a URL is built from. */
export interface UrlParts {
  readonly path: string;
  readonly params?: object | undefined;
  readonly query?: object | undefined;
}

// Backslashes, spaces and control characters are rewritten or dropped by the URL parser: nobody means them.
const UNSAFE = /\\|[^\u0021-\u007e\u0080-\uffff]/;
const ABSOLUTE = /^(https?:\/\/[^/?#]+)(.*)$/is;
const PLACEHOLDER = /\/:([A-Za-z_]\w*)/g;
const VALUE_TYPES: readonly string[] = ['string', 'number', 'boolean', 'bigint'];

/**
 * Reads `baseUrl`. Never repeats it in an error: it may hold a password.
 *
 * @throws TypeError for no text, RangeError for one that cannot be a base
 */
export const readBaseUrl = (site: OptionsSite, given: unknown): URL => {
  const reject = (what: string, kind: typeof RangeError = RangeError): never => {
    throw new kind(`${site.where}: option "baseUrl" must be an absolute http or https URL, but ${what}`);
  };
  if (typeof given !== 'string') return reject(`was ${describeValue(given)}`, TypeError);
  if (!URL.canParse(given)) return reject('cannot be parsed as one');
  const url = new URL(given);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return reject('has another scheme');
  if (url.username !== '' || url.password !== '')
    return reject('holds user information; send credentials in "headers"');
  if (url.search !== '' || url.hash !== '') return reject('has a query or a fragment');
  return url;
};

const textOf = (what: string, name: string, value: unknown): string => {
  const bad = !VALUE_TYPES.includes(typeof value) || (typeof value === 'number' && !Number.isFinite(value));
  if (bad)
    throw new TypeError(
      `${what} "${name}" must be a text, a finite number or a boolean, but was ${describeValue(value)}`,
    );
  return String(value);
};

const encode = (what: string, name: string, value: unknown): string => {
  const text = textOf(what, name, value);
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw new TypeError(`${what} "${name}" is not well-formed Unicode`, { cause });
  }
};

const fillIn = (path: string, given: object): string => {
  const params = new Map(Object.entries<unknown>({ ...given }));
  const unused = new Set([...params.keys()].filter((name) => params.get(name) !== undefined));
  const filled = path.replace(PLACEHOLDER, (_whole, name: string) => {
    unused.delete(name);
    const encoded = params.has(name) ? encode('path parameter', name, params.get(name)) : undefined;
    if (encoded === undefined) throw new TypeError(`path parameter "${name}" is missing in "params"`);
    if (encoded === '') throw new TypeError(`path parameter "${name}" must not be empty`);
    return `/${encoded}`;
  });
  const [name] = unused;
  if (name !== undefined)
    throw new TypeError(`path parameter ${describeValue(name)} has no segment of its name in the path`);
  return filled;
};

/** Refuses segments that the URL parser, or a server, would take for a step to somewhere else. */
const checkSegments = (path: string): void => {
  const segments = path.split('/').slice(1);
  segments.forEach((segment, index) => {
    const plain = segment.replaceAll(/%2e/gi, '.');
    const emptyInside = segment === '' && index < segments.length - 1;
    if (emptyInside || plain === '.' || plain === '..')
      throw new TypeError('the path must not have an empty, "." or ".." segment');
  });
};

const queryText = (query: object): string => {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries<unknown>({ ...query })) {
    if (value === undefined || value === null) continue;
    for (const item of Array.isArray(value) ? value : [value])
      pairs.push(`${encode('query name', name, name)}=${encode('query parameter', name, item)}`);
  }
  return pairs.join('&');
};

/** Splits a path of the client's own host, or an absolute URL, into where it goes and what it asks for. */
const split = (given: unknown, base: URL): readonly [origin: string, path: string, query: string] => {
  if (typeof given !== 'string')
    throw new TypeError(`the path must be a text, but was ${describeValue(given)}`);
  if (UNSAFE.test(given) || given.includes('#'))
    throw new TypeError('the path must not have a fragment, backslashes, spaces or control characters');
  const [, origin, rest] = ABSOLUTE.exec(given) ?? [];
  if (origin === undefined && (!given.startsWith('/') || given.startsWith('//')))
    throw new TypeError('the path must begin with one "/", or be an absolute http or https URL');
  const [path = '', ...query] = (rest ?? given).split('?');
  const prefix = base.pathname.replace(/\/$/, '');
  return [origin ?? base.origin + prefix, path, query.join('?')];
};

/**
 * Builds the URL of a call; `params` are encoded per segment.
 *
 * @throws TypeError for a path, parameter or query that cannot be meant, and for a host that the client may not call
 */
export const buildUrl = ({ base, allowedHosts }: UrlScope, { path, params, query }: UrlParts): URL => {
  const [origin, template, ownQuery] = split(path, base);
  const filled = fillIn(template, params ?? {});
  checkSegments(filled);
  const search = [ownQuery, queryText(query ?? {})].filter((part) => part !== '').join('&');
  const text = origin + filled + (search === '' ? '' : `?${search}`);
  if (!URL.canParse(text)) throw new TypeError('the path does not make a URL');
  return checkUrl({ base, allowedHosts }, new URL(text));
};

/** Whether a URL is on the client's own origin, or on one of `hosts`. */
export const isWithin = (url: URL, base: URL, hosts: readonly HostRule[]): boolean =>
  url.origin === base.origin || matchesHost(hosts, url);

/**
 * Gives back a URL that the client may call.
 *
 * @throws TypeError for user information, and for a host that the client may not call
 */
export const checkUrl = ({ base, allowedHosts }: UrlScope, url: URL): URL => {
  if (url.username !== '' || url.password !== '')
    throw new TypeError('the URL must not hold user information');
  if (!isWithin(url, base, allowedHosts))
    throw new TypeError('the host is neither that of "baseUrl" nor one of "allowedHosts"');
  return url;
};

/** The host of a URL without its port; an IPv6 address without its brackets. */
export const hostNameOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');
