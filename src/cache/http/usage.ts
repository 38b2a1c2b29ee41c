import type { Kept } from '../reader.ts';
import { hasLifetime, initialAgeMs, lifetimeMs } from './freshness.ts';
import type { RequestRules } from './request-rules.ts';
import { readResponseRules } from './response-rules.ts';
import type { StoredAnswer } from './stored-answer.ts';
import { hasValidator } from './validation.ts';

/** What the operator allows beyond what the origin says, in milliseconds. */
export interface Windows {
  /** How long an answer is fresh of which the origin says nothing. */
  readonly ttlMs: number;
  readonly staleIfErrorMs: number;
  readonly staleWhileRevalidateMs: number;
}

/** How far a stored answer may be used, whoever asks. Durations in milliseconds. */
export type Usage = Pick<
  Kept<never>,
  'initialAgeMs' | 'lifetimeMs' | 'staleIfErrorMs' | 'staleWhileRevalidateMs'
>;

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * How far an answer may be used: the origin's vetoes win over every window (RFC 9111 §4.2.4). An answer of 400 and above is
 * one as long as it is fresh.
 */
export const usageOf = (stored: StoredAnswer, windows: Windows, isShared: boolean): Usage => {
  const rules = readResponseRules(stored.headers, isShared);
  const mayBeStale = !rules.neverStale && stored.status < 400;
  return {
    initialAgeMs: initialAgeMs(stored),
    lifetimeMs: rules.noCache ? 0 : lifetimeMs(stored, rules, windows.ttlMs),
    staleIfErrorMs: mayBeStale ? Math.max(windows.staleIfErrorMs, rules.staleIfErrorMs) : 0,
    // Without a word of the origin on how long it is good, an answer is asked for each time.
    staleWhileRevalidateMs:
      mayBeStale && (hasLifetime(stored, rules) || windows.ttlMs > 0)
        ? Math.max(windows.staleWhileRevalidateMs, rules.staleWhileRevalidateMs)
        : 0,
  };
};

/** The same, as the request at hand will have it. */
export const usageFor = (
  usage: Usage,
  wants: RequestRules,
  { mayBeStale }: { readonly mayBeStale: boolean },
): Usage & Pick<Kept<never>, 'usableMs'> => {
  const { lifetimeMs: fresh, staleIfErrorMs } = usage;
  if (wants.noCache) return { ...usage, usableMs: NEVER, staleIfErrorMs: NEVER, staleWhileRevalidateMs: 0 };
  const isPicky = wants.maxAgeMs !== undefined || wants.minFreshMs > 0;
  const wanted = Math.min(fresh - wants.minFreshMs, wants.maxAgeMs ?? fresh);
  return {
    ...usage,
    usableMs: mayBeStale && !isPicky ? fresh + wants.maxStaleMs : wanted,
    staleIfErrorMs: mayBeStale ? Math.max(staleIfErrorMs, wants.staleIfErrorMs) : staleIfErrorMs,
    staleWhileRevalidateMs: isPicky ? 0 : usage.staleWhileRevalidateMs,
  };
};

/** Whether anything can ever be done with a stored answer. */
export const isOfUse = (stored: StoredAnswer, usage: Usage): boolean =>
  usage.lifetimeMs > usage.initialAgeMs ||
  usage.staleIfErrorMs > 0 ||
  usage.staleWhileRevalidateMs > 0 ||
  hasValidator(stored.headers);

/** How long an answer that can be confirmed is kept beyond all windows, in milliseconds. */
const CONFIRMABLE_MS = 3_600_000;
/** The longest that anything is kept, in milliseconds: 30 days. */
export const MAX_KEEP_MS = 30 * 86_400_000;

/** How long it is worth keeping, in milliseconds. */
export const keepMsOf = (stored: StoredAnswer, usage: Usage): number => {
  const { lifetimeMs: fresh, initialAgeMs: age, staleIfErrorMs, staleWhileRevalidateMs } = usage;
  const window = Math.max(
    staleIfErrorMs,
    staleWhileRevalidateMs,
    hasValidator(stored.headers) ? CONFIRMABLE_MS : 0,
  );
  // Short of one millisecond it would be gone before it is there.
  return Math.min(MAX_KEEP_MS, Math.max(1, fresh - age + window));
};
