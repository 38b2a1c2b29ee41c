import { readSafely } from '../../kernel/index.ts';
import { BULKHEAD_FULL, CIRCUIT_OPEN, TIMED_OUT, UNAVAILABLE } from './dependency-fault.ts';
import { knownBy } from './fault.ts';
import { TRAIT } from './traits.ts';

const TIMED_OUT_TEXT = /^Timed out after \d+ms$/;

/**
 * Recognises errors of opossum by their codes. `ETIMEDOUT` and `ESHUTDOWN` are the system's too: with a system call
 * beside them they are not opossum's.
 */
export const circuitBreakerFault = knownBy(TRAIT.code, (error) => {
  if (readSafely(error, 'syscall') !== undefined || readSafely(error, 'status') !== undefined)
    return undefined;
  const message = readSafely(error, 'message');
  switch (readSafely(error, 'code')) {
    case 'EOPENBREAKER':
      return CIRCUIT_OPEN;
    case 'ESEMLOCKED':
      return BULKHEAD_FULL;
    case 'ESHUTDOWN':
      return message === 'The circuit has been shutdown.' ? UNAVAILABLE : undefined;
    case 'ETIMEDOUT':
      return typeof message === 'string' && TIMED_OUT_TEXT.test(message) ? TIMED_OUT : undefined;
    default:
      return undefined;
  }
});
