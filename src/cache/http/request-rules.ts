import { durationOf, parseCacheControl } from './cache-control.ts';

/** Headers of a request, names in lower case. */
export type RequestFields = Readonly<Record<string, string>>;

/** What a request wants of a cache. Durations in milliseconds. */
export interface RequestRules {
  /** Nothing of it is to be kept or used. */
  readonly noStore: boolean;
  /** Nothing kept is to be used unless the origin confirms it. */
  readonly noCache: boolean;
  /** Only what is kept is wanted (RFC 9111 §5.2.1.7). */
  readonly onlyIfCached: boolean;
  /** The oldest answer that is wanted; `undefined` for any that is fresh. */
  readonly maxAgeMs: number | undefined;
  /** How much longer it must stay fresh. */
  readonly minFreshMs: number;
  /** For how long it may have been stale. */
  readonly maxStaleMs: number;
  /** For how long it may have been stale where asking fails (RFC 5861 §4). */
  readonly staleIfErrorMs: number;
}

const PLAIN: RequestRules = Object.freeze({
  noStore: false,
  noCache: false,
  onlyIfCached: false,
  maxAgeMs: undefined,
  minFreshMs: 0,
  maxStaleMs: 0,
  staleIfErrorMs: 0,
});

/** What is unreadable is taken for the most that a request could want. */
const UNREADABLE: RequestRules = Object.freeze({ ...PLAIN, noStore: true, noCache: true });

/**
 * Reads `Cache-Control` of a request, and `Pragma: no-cache` where there is none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1
 */
export const readRequestRules = (headers: RequestFields): RequestRules => {
  const field = headers['cache-control'];
  if (field === undefined)
    return /(?:^|,)\s*no-cache\s*(?:,|$)/i.test(headers.pragma ?? '') ? { ...PLAIN, noCache: true } : PLAIN;
  const control = parseCacheControl(field);
  if (control === undefined) return UNREADABLE;
  const maxStale = control.get('max-stale');
  return {
    noStore: control.has('no-store'),
    noCache: control.has('no-cache'),
    onlyIfCached: control.has('only-if-cached'),
    maxAgeMs: durationOf(control, 'max-age'),
    minFreshMs: durationOf(control, 'min-fresh', Number.POSITIVE_INFINITY) ?? 0,
    // Without a value any age is welcome.
    maxStaleMs: maxStale === '' ? Number.POSITIVE_INFINITY : (durationOf(control, 'max-stale') ?? 0),
    staleIfErrorMs: durationOf(control, 'stale-if-error') ?? 0,
  };
};
