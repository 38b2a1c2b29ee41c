import { durationOf, parseCacheControl } from './cache-control.ts';
import { fieldLines, fieldValue, type HeaderFields } from './fields.ts';

/** What the origin says of keeping an answer, for a cache of one kind. Durations in milliseconds. */
export interface ResponseRules {
  /** It must not be kept. */
  readonly noStore: boolean;
  /** It must be asked for again each time. */
  readonly noCache: boolean;
  /** It must not be used once it is stale, whatever happens (RFC 9111 §4.2.4). */
  readonly neverStale: boolean;
  /** It may be kept though its request was authenticated (RFC 9111 §3.5). */
  readonly allowsAuthenticated: boolean;
  /** How long it is fresh by a directive; `undefined` where none says so. */
  readonly maxAgeMs: number | undefined;
  readonly staleIfErrorMs: number;
  readonly staleWhileRevalidateMs: number;
}

const UNREADABLE: ResponseRules = Object.freeze({
  noStore: true,
  noCache: true,
  neverStale: true,
  allowsAuthenticated: false,
  maxAgeMs: 0,
  staleIfErrorMs: 0,
  staleWhileRevalidateMs: 0,
});

/**
 * Reads `Cache-Control` of an answer. What does not parse, in one of its lines or as a whole, is read as `no-store`, a number that is none as 0, and `private`
 * or `no-cache` that name fields as if they named none: of several meanings the one that keeps less.
 *
 * @param isShared whether the cache serves more than one user
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2
 */
export const readResponseRules = (headers: HeaderFields, isShared: boolean): ResponseRules => {
  const control = parseCacheControl(fieldValue(headers, 'cache-control') ?? '');
  const lines = fieldLines(headers, 'cache-control');
  // A quote that one line opens must not swallow what the next one says.
  const isBroken = lines.length > 1 && lines.some((line) => parseCacheControl(line) === undefined);
  if (control === undefined || isBroken) return UNREADABLE;
  const sharedAge = isShared ? durationOf(control, 's-maxage') : undefined;
  const noCache = control.has('no-cache');
  return {
    noStore: control.has('no-store') || (isShared && control.has('private')),
    noCache,
    neverStale:
      noCache ||
      control.has('must-revalidate') ||
      (isShared && (control.has('proxy-revalidate') || control.has('s-maxage'))),
    allowsAuthenticated: ['public', 'must-revalidate', 's-maxage'].some((name) => control.has(name)),
    maxAgeMs: sharedAge ?? durationOf(control, 'max-age'),
    staleIfErrorMs: durationOf(control, 'stale-if-error') ?? 0,
    staleWhileRevalidateMs: durationOf(control, 'stale-while-revalidate') ?? 0,
  };
};
