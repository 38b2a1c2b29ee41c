import type { HeaderFields } from '../cache/index.ts';
import { mayLeave, type RequestHeaders } from './headers.ts';
import type { RequestBody } from './request-body.ts';
import { isWithin, type Target, type UrlScope } from './url.ts';

/** Where redirects may lead, and where ids may follow. */
export interface RedirectScope extends UrlScope {
  readonly propagateTo: UrlScope['allowedHosts'];
}

/** One request of those that redirects make of an attempt. */
export interface Hop {
  readonly method: string;
  readonly target: Target;
  readonly headers: RequestHeaders;
  readonly content: RequestBody | undefined;
}

/** Statuses that name another place for the same request; 304 and 300 do not (RFC 9110 §15.4). */
export const FOLLOWED: readonly number[] = [301, 302, 303, 307, 308];
// What is said of a body, where there is none any longer (RFC 9110 §15.4).
const OF_THE_BODY = /^(?:content-.*|digest|repr-digest|last-modified|etag)$/;

/** RFC 9110 §15.4: 303 asks anew with GET; for 301 and 302 a POST becomes one, as every client does. */
const becomesGet = (method: string, status: number): boolean =>
  status === 303 ? method !== 'GET' && method !== 'HEAD' : method === 'POST' && status < 303;

/** The place that an answer names, if we may go there: a host of the client's, and never down from https. */
const targetOf = (from: Target, { location }: HeaderFields, scope: RedirectScope): URL | undefined => {
  if (typeof location !== 'string' || location === '' || !URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from.href);
  target.hash = '';
  const { protocol, username, password } = target;
  const isHttp = protocol === 'http:' || protocol === 'https:';
  if (!isHttp || username !== '' || password !== '') return undefined;
  if (from.href.startsWith('https:') && protocol === 'http:') return undefined;
  return isWithin(target, scope.base, scope.allowedHosts) ? target : undefined;
};

/** Headers for the next hop: another origin gets harmless ones alone, and ids and trace where they may go. */
const headersFor = (
  { headers, target: from }: Hop,
  target: URL,
  keepsBody: boolean,
  scope: RedirectScope,
): RequestHeaders => {
  const leaves = target.origin !== from.origin;
  const propagates = isWithin(target, scope.base, scope.propagateTo);
  const goes = (name: string): boolean =>
    (keepsBody || !OF_THE_BODY.test(name)) && (!leaves || mayLeave(name, propagates));
  return Object.freeze(Object.fromEntries(Object.entries(headers).filter(([name]) => goes(name))));
};

/** The request that an answer asks for instead; `undefined` for one that is no redirect, or that is not followed. */
export const nextHop = (
  hop: Hop,
  { status, headers }: { readonly status: number; readonly headers: HeaderFields },
  scope: RedirectScope,
): Hop | undefined => {
  const target = FOLLOWED.includes(status) ? targetOf(hop.target, headers, scope) : undefined;
  if (target === undefined) return undefined;
  const keepsBody = !becomesGet(hop.method, status);
  if (keepsBody && hop.content?.isReplayable === false) return undefined;
  return Object.freeze({
    method: keepsBody ? hop.method : 'GET',
    target,
    headers: headersFor(hop, target, keepsBody, scope),
    content: keepsBody ? hop.content : undefined,
  });
};
