import type { Call } from '../policy/index.ts';
import type { TimeoutLimits } from '../resilience/index.ts';
import type { PreparedRequest } from './request.ts';

const UNLIMITED = Number.POSITIVE_INFINITY;

/**
 * The limits of what several wait for: each waits for as long as it likes, and what they wait for has the client's time, or
 * more where the call wants more.
 */
export const flightLimits = (own: TimeoutLimits, call: TimeoutLimits): TimeoutLimits => {
  const [ownMs, callMs] = [own.totalMs ?? UNLIMITED, call.totalMs ?? UNLIMITED];
  if (callMs > ownMs) return call;
  // An attempt that has as long as the whole call has no limit of its own.
  const isOfTheCall = call.attemptMs === call.totalMs;
  return { totalMs: own.totalMs, attemptMs: isOfTheCall ? own.attemptMs : call.attemptMs };
};

/** Makes texts of how things are asked for, beside what: those who would have it done in another way do not share it. */
export const createTerms = () => {
  const numbers = new WeakMap<object, number>();
  let functions = 0;

  /** Functions are the same where they are the same one. */
  const numbered = (_name: string, value: unknown): unknown => {
    if (value instanceof Set) return [...value].sort();
    if (typeof value !== 'function') return value;
    const number = numbers.get(value) ?? ++functions;
    numbers.set(value, number);
    return `function ${number}`;
  };

  return (
    { expectation: { json }, maxBodyBytes, maxRedirects, retry, retryStatuses, repeatable }: PreparedRequest,
    { servesRetry }: Call,
    timeout: TimeoutLimits,
  ): string =>
    JSON.stringify(
      [json, maxBodyBytes, maxRedirects, timeout, retry, retryStatuses, repeatable, servesRetry],
      numbered,
    );
};
