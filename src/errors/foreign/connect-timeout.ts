import { readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { readHttpError } from './http-error.ts';
import { TRAIT } from './traits.ts';

const RETRY_AFTER_MS = 1_000;

/** Recognises connect-timeout's error: the time for our own answer is up. Not a gateway's timeout, so not 504. */
export const connectTimeoutFault = knownBy(TRAIT.status, (error) =>
  readHttpError(error)?.status === 503 &&
  readSafely(error, 'code') === 'ETIMEDOUT' &&
  typeof readSafely(error, 'timeout') === 'number'
    ? {
        status: 503,
        code: 'request-timeout',
        title: 'Request timed out',
        detail: 'The request took too long to answer.',
        retryAfterMs: RETRY_AFTER_MS,
      }
    : undefined,
);
