import { type HostRule, matchesHost } from '../context/index.ts';
import { describeValue, type OptionsSite } from '../kernel/index.ts';
import { encode, fillIn, type PathTemplate, readTemplate } from './path-template.ts';

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

const queryText = (query: object): string => {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries<unknown>({ ...query })) {
    if (value === undefined || value === null) continue;
    for (const item of Array.isArray(value) ? value : [value])
      pairs.push(`${encode('query name', name, name)}=${encode('query parameter', name, item)}`);
  }
  return pairs.join('&');
};

/** A URL that a client may call. */
export interface BuiltUrl {
  readonly target: URL;
  /** Whether it is on the client's own origin. */
  readonly isOwn: boolean;
  /** The path for messages. */
  readonly label: string;
}

const write = (origin: string, template: PathTemplate, { params, query }: UrlParts): URL => {
  const filled = fillIn(template, params);
  const asked = query === undefined ? '' : queryText(query);
  const search =
    template.query === '' || asked === '' ? template.query + asked : `${template.query}&${asked}`;
  try {
    return new URL(search === '' ? origin + filled : `${origin}${filled}?${search}`);
  } catch (cause) {
    throw new TypeError('the path does not make a URL', { cause });
  }
};

/** How many paths are kept read; whoever writes values into them has as many as values. */
const MAX_TEMPLATES = 500;

/**
 * Makes what builds the URLs of calls; `params` are encoded per segment.
 *
 * @returns throws TypeError for a path, parameter or query that cannot be meant, and for a host that the client may not call
 */
export const createUrlBuilder = (scope: UrlScope): ((parts: UrlParts) => BuiltUrl) => {
  const own = scope.base.origin + scope.base.pathname.replace(/\/$/, '');
  const templates = new Map<string, PathTemplate>();
  const templateOf = (path: string): PathTemplate => {
    const known = templates.get(path);
    if (known !== undefined) return known;
    const template = readTemplate(path);
    if (templates.size >= MAX_TEMPLATES) templates.clear();
    templates.set(path, template);
    return template;
  };
  return (parts) => {
    const template = templateOf(parts.path);
    // A path never leads off its host: that need not be tested.
    if (template.origin === undefined)
      return { target: write(own, template, parts), isOwn: true, label: template.label };
    const target = checkUrl(scope, write(template.origin, template, parts));
    return { target, isOwn: target.origin === scope.base.origin, label: template.label };
  };
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
