import type { CacheStatus } from '../status.ts';
import { fieldLines, type HeaderFields } from './fields.ts';

/** What a cache writes into the answers it hands out. */
export interface Marks {
  /** The cache's name in `Cache-Status`. */
  readonly name: string;
  /** Whether stale answers carry `Warning`, which RFC 9111 gave up and older software looks for. */
  readonly warning: boolean;
}

const SF_TOKEN = /^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/;

/** A name as a token or string of structured fields (RFC 9651 §3.3). */
export const sfItem = (text: string): string =>
  SF_TOKEN.test(text) ? text : `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;

const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** What is said beside a status. */
export interface Handling extends CacheStatus {
  /** How long it is fresh from now on, in milliseconds; negative for one that is stale. */
  readonly ttlMs: number;
  /** Whether the answer is kept. */
  readonly stored: boolean;
  /** Whether it came with somebody else's request. */
  readonly collapsed: boolean;
  /** Why it was asked for, where it was. */
  readonly forward: 'uri-miss' | 'vary-miss' | 'stale' | 'request' | undefined;
}

/**
 * One member of `Cache-Status`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9211#section-2
 */
export const cacheStatusMember = (name: string, handling: Handling): string => {
  const { status, forward, ttlMs, stored, collapsed, reason } = handling;
  // What is stale says so, by however little.
  const wholeSeconds = Math.floor(ttlMs / 1_000);
  const ttl = `ttl=${status === 'stale' ? Math.min(-1, wholeSeconds) : wholeSeconds}`;
  if (status === 'hit') return `${sfItem(name)}; hit; ${ttl}`;
  if (status === 'stale') return `${sfItem(name)}; hit; ${ttl}; detail=${sfItem(reason ?? 'stale')}`;
  const parts = [
    sfItem(name),
    `fwd=${forward ?? 'uri-miss'}`,
    ...(status === 'revalidated' ? ['fwd-status=304'] : []),
    ...(stored ? ['stored'] : []),
    ...(collapsed ? ['collapsed'] : []),
  ];
  return parts.join('; ');
};

/** The value of `Warning` that says an answer is stale (RFC 7234 §5.5.1). */
export const STALE_WARNING = '110 - "Response is Stale"';

/**
 * The headers of an answer as they are handed out: with its age (RFC 9111 §5.1), what the cache did, and a warning where
 * it is stale.
 */
export const markHeaders = (headers: HeaderFields, marks: Marks, handling: Handling): HeaderFields => {
  const { status, ageMs } = handling;
  const member = cacheStatusMember(marks.name, handling);
  const isKept = status !== 'miss';
  return {
    ...headers,
    ...(isKept && { age: String(seconds(ageMs)) }),
    'cache-status': [...fieldLines(headers, 'cache-status'), member],
    ...(status === 'stale' &&
      marks.warning && { warning: [...fieldLines(headers, 'warning'), STALE_WARNING] }),
  };
};

/** What an answer says for which a stale one was used. */
export const staleMark = (
  { name, warning }: Marks,
  cache: CacheStatus,
): { readonly cacheStatus: string; readonly warning: string | undefined } => {
  const rest = { stored: false, collapsed: false, forward: undefined } as const;
  return {
    cacheStatus: cacheStatusMember(name, { ...cache, ...rest, ttlMs: -cache.staleForMs }),
    warning: warning ? STALE_WARNING : undefined,
  };
};
