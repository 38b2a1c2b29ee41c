import { readSafely, systemClock } from '../../kernel/index.ts';
import { parseRetryAfterMs } from '../retry-after.ts';
import type { ForeignFault } from './fault.ts';

/** What is asked of a client that may simply come again: a refusal or a lost race says nothing of when. */
const SOON_MS = 1_000;

/** A dependency could not be reached, or answered something of no use. */
export const FAILED: ForeignFault = Object.freeze({ status: 502, code: 'dependency-failed' });
/** A dependency could not be reached, and will not be: its certificate or its protocol is wrong. */
export const UNREACHABLE: ForeignFault = Object.freeze({ ...FAILED, lasting: true });
/** A dependency did not answer in time. */
export const TIMED_OUT: ForeignFault = Object.freeze({ status: 504, code: 'dependency-timeout' });
/** A dependency cannot serve now. */
export const UNAVAILABLE: ForeignFault = Object.freeze({ status: 503, code: 'dependency-unavailable' });
/** The same request may well succeed at once: it lost a race for a lock. */
export const TRY_AGAIN: ForeignFault = Object.freeze({
  ...UNAVAILABLE,
  retryAfterMs: SOON_MS,
  retryable: true,
});
/** There is one already; the title is that of `DuplicateResourceError`. */
export const DUPLICATE: ForeignFault = Object.freeze({
  status: 409,
  code: 'duplicate-resource',
  title: 'Duplicate resource',
});
/** It was changed meanwhile; the title is that of `StaleVersionError`. */
export const STALE: ForeignFault = Object.freeze({
  status: 409,
  code: 'stale-version',
  title: 'Stale version',
});
/** Files or sockets have run out; the title is that of `ResourceExhaustedError`. */
export const EXHAUSTED: ForeignFault = Object.freeze({
  status: 503,
  code: 'resource-exhausted',
  title: 'Resource exhausted',
});
/** Not tried: the circuit is open. */
export const CIRCUIT_OPEN: ForeignFault = Object.freeze({
  status: 503,
  code: 'circuit-open',
  retryAfterMs: SOON_MS,
  lasting: true,
});
/** Not tried: as many calls as allowed are under way. */
export const BULKHEAD_FULL: ForeignFault = Object.freeze({
  status: 503,
  code: 'bulkhead-full',
  retryAfterMs: SOON_MS,
  lasting: true,
});

/** Whether a value is an object, and no array of anything. */
export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A member that is a text, or nothing. */
export const readText = (value: unknown, key: string): string | undefined => {
  const text = readSafely(value, key);
  return typeof text === 'string' ? text : undefined;
};

// Headers of fetch, and axios's, are asked by a method; Node's are members in lower case.
const headerOf = (headers: unknown, name: string): unknown => {
  const value = readSafely(headers, name);
  if (typeof value === 'string') return value;
  const get = readSafely(headers, 'get');
  if (typeof get !== 'function') return undefined;
  try {
    return Reflect.apply(get, headers, [name]);
  } catch {
    // Headers that cannot be read say nothing.
    return undefined;
  }
};

/** Whether a value is a status that a server can have answered. */
export const isStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599;

/**
 * What another server's answer means for ours: its 429 and 503 are our 503, everything else is 502. Of its headers
 * Retry-After alone is read (RFC 9110 §10.2.3), and never copied as it is.
 */
export const answeredFault = (upstreamStatus: number, headers: unknown): ForeignFault => {
  if (upstreamStatus !== 429 && upstreamStatus !== 503) return { ...FAILED, upstreamStatus };
  const retryAfterMs = parseRetryAfterMs(headerOf(headers, 'retry-after'), systemClock.wallTime());
  return { ...UNAVAILABLE, retryAfterMs, upstreamStatus };
};
