import type { StaleReason } from '../cache/index.ts';
import { answeredStatusOf, isBreakwaterError, isRejectedError, verdictOf } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

/** What a dependency answers when it is in trouble (RFC 5861 §4). */
const STALE_STATUSES: readonly number[] = [500, 502, 503, 504];

const GONE_STATUSES: readonly (number | undefined)[] = [404, 410];

const BY_CODE: Readonly<Record<string, StaleReason>> = Object.freeze({
  'bulkhead-full': 'bulkhead-full',
  'circuit-open': 'circuit-open',
  'dependency-timeout': 'timeout',
});

/** Ours of connections and broken answers; a `DependencyError` is the app's own word. */
const NETWORK_ERRORS: readonly unknown[] = ['UpstreamConnectionError', 'UpstreamResponseError'];

const isNetworkError = (error: unknown, code: string): boolean =>
  isBreakwaterError(error)
    ? NETWORK_ERRORS.includes(readSafely(error, 'name'))
    : code === 'dependency-failed';

/** Whether what was asked for is no more, so that nobody may be given what it once was. */
export const saysGone = (error: unknown): boolean => GONE_STATUSES.includes(answeredStatusOf(error));

/**
 * Why a failure may be answered by an old value; `undefined`: it must surface, as what a caller can act on does, a mistake
 * of the program, and whatever status of its dependency says that it is well.
 */
export const failureReasonOf = (error: unknown): StaleReason | undefined => {
  const { kind, code } = verdictOf(error);
  if (kind !== 'failure') return undefined;
  if (isRejectedError(error)) return BY_CODE[code] ?? 'paused';
  const status = answeredStatusOf(error);
  if (status !== undefined) return STALE_STATUSES.includes(status) ? 'upstream-5xx' : undefined;
  return BY_CODE[code] ?? (isNetworkError(error, code) ? 'network' : 'failure');
};
