import type { StaleReason } from '../cache/index.ts';
import { isPermanent, isRejectedError, isUpstreamError } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';
import { type Outcome, outcomeOfStatus } from '../policy/index.ts';
import { isCannotBeSent, isRedirection, isRequestBodyError } from './errors.ts';
import type { PreparedRequest } from './request.ts';

const METHOD = /^[A-Za-z][A-Za-z-]{0,30}$/;

/** Whether `value` can be the name of an HTTP method. */
export const isMethodName = (value: unknown): value is string =>
  typeof value === 'string' && METHOD.test(value);

/** Methods that do no more harm when they are repeated (RFC 9110 §9.2.2). */
export const IDEMPOTENT_METHODS: readonly string[] = Object.freeze([
  'GET',
  'HEAD',
  'OPTIONS',
  'PUT',
  'DELETE',
  'TRACE',
]);

/** Methods that only read (RFC 9110 §9.2.1), and may be asked twice at once. */
export const HEDGED_METHODS: readonly string[] = Object.freeze(['GET', 'HEAD', 'OPTIONS']);

/** Statuses that another attempt may change. */
export const RETRY_STATUSES: readonly number[] = Object.freeze([408, 429, 500, 502, 503, 504]);

/** Status of the upstream's answer behind `error`: of 400 and above; smaller ones are of bodies that were no use. */
export const upstreamStatusOf = (error: unknown): number | undefined => {
  const status = isUpstreamError(error) ? readSafely(error, 'upstreamStatus') : undefined;
  return typeof status === 'number' ? status : undefined;
};

/** Statuses that are errors by themselves: those of 400 and above, and redirections where JSON was asked for. */
const errorStatusOf = (error: unknown): number | undefined => {
  const status = upstreamStatusOf(error);
  return status !== undefined && (status >= 400 || isRedirection(status)) ? status : undefined;
};

/**
 * Whether another attempt may do better, where the upstream itself did not say: timeouts, connection failures, broken
 * answers and the listed statuses.
 */
export const isWorthRetrying = (error: unknown, statuses: ReadonlySet<number>): boolean => {
  if (!isUpstreamError(error)) return false;
  const status = errorStatusOf(error);
  // An answer of 400 and above goes by its status, whatever is with its body.
  if (status !== undefined && (status >= 400 || error.reason === `status-${status}`))
    return statuses.has(status);
  return !isPermanent(error);
};

/**
 * What an upstream's answer says of its health: a 3xx or 4xx proves it alive, as 501 and 505 do; 429 is its right; 408 and
 * the other 5xx are failures. `undefined` for what is no answer.
 */
export const outcomeOfAnswer = (error: unknown): Outcome | undefined => {
  const status = errorStatusOf(error);
  return status === undefined ? undefined : outcomeOfStatus(status);
};

const isClosed = (error: unknown): boolean => isUpstreamError(error) && error.reason === 'client-closed';

/** What an error says of the upstream's health: nothing, where it was not asked, or our own body failed. */
export const outcomeOfError = (error: unknown): Outcome | undefined =>
  isRequestBodyError(error) || isCannotBeSent(error) || isClosed(error) ? 'neutral' : outcomeOfAnswer(error);

/**
 * Why a request must not be sent again. One that provably never left may be, whatever its method; a stream that flowed by
 * cannot, and what failed to make a body, or to make it in time, is not asked again.
 */
export const whyNotAgain = (
  { content }: Pick<PreparedRequest, 'content'>,
  {
    error,
    repeatable,
    wasUnsent,
    wasUnmade,
  }: { error: unknown; repeatable: boolean; wasUnsent: boolean; wasUnmade: boolean },
): 'method' | 'body' | undefined => {
  if (content?.isReplayable === false || wasUnmade || isRequestBodyError(error)) return 'body';
  return repeatable || wasUnsent ? undefined : 'method';
};

/** Answers whose Retry-After asks for quiet (RFC 6585 §4, RFC 9110 §15.6.4). */
const QUIET_STATUSES: readonly (number | undefined)[] = [429, 503];

/** The quiet that an answer asks for, for the host that gave it; `undefined` if it asks for none. */
export const pauseOf = (error: unknown, host: string): { key: string; ms: number } | undefined => {
  if (!isUpstreamError(error) || error.retryAfterMs === undefined) return undefined;
  return QUIET_STATUSES.includes(upstreamStatusOf(error)) ? { key: host, ms: error.retryAfterMs } : undefined;
};

const STALE_STATUSES: readonly number[] = [500, 502, 503, 504];

const REFUSALS: Readonly<Record<string, StaleReason>> = Object.freeze({
  'bulkhead-full': 'bulkhead-full',
  'circuit-open': 'circuit-open',
});

/** Why a failure may be answered by an old answer (RFC 5861 §4); `undefined`: it must surface. */
export const staleReasonOf = (error: unknown): StaleReason | undefined => {
  if (isRejectedError(error)) return REFUSALS[error.code] ?? 'paused';
  if (!isUpstreamError(error)) return undefined;
  const status = errorStatusOf(error);
  if (status !== undefined) return STALE_STATUSES.includes(status) ? 'upstream-5xx' : undefined;
  return error.code === 'dependency-timeout' ? 'timeout' : 'network';
};
