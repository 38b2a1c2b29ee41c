import type { IncomingHttpHeaders } from 'node:http';

/** Request header by which a caller says that it asks again: 1 for its first retry. */
export const RETRY_ATTEMPT_HEADER = 'x-retry-attempt';

// One sent twice comes joined by a comma.
const COUNT = /^[1-9]\d{0,3}$/;

/**
 * Which retry of its caller a request is, 1 to 9999; `undefined` for a first attempt, and for anything that is no such
 * number. Any caller is believed: all that it can bring about is that we do less.
 */
export const readRetryAttempt = (headers: IncomingHttpHeaders): number | undefined => {
  const value = headers[RETRY_ATTEMPT_HEADER];
  return typeof value === 'string' && COUNT.test(value) ? Number(value) : undefined;
};
