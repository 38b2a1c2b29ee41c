import { readSafely } from '../../kernel/index.ts';
import { BULKHEAD_FULL, CIRCUIT_OPEN, readText, TIMED_OUT, UNAVAILABLE } from './dependency-fault.ts';
import { type ForeignFault, knownBy } from './fault.ts';
import { TRAIT } from './traits.ts';

const TIMED_OUT_TEXT = /^Timed out after \d+ms$/;

type FaultOf = (message: string | undefined) => ForeignFault | undefined;

/** What each code means, by the message beside it. */
const FAULTS: ReadonlyMap<unknown, FaultOf> = new Map<unknown, FaultOf>([
  ['EOPENBREAKER', () => CIRCUIT_OPEN],
  ['ESEMLOCKED', () => BULKHEAD_FULL],
  ['ESHUTDOWN', (message) => (message === 'The circuit has been shutdown.' ? UNAVAILABLE : undefined)],
  ['ETIMEDOUT', (message) => (TIMED_OUT_TEXT.test(message ?? '') ? TIMED_OUT : undefined)],
]);

/**
 * Recognises errors of opossum by their codes. `ETIMEDOUT` and `ESHUTDOWN` are the system's too: with a system call
 * beside them they are not opossum's.
 */
export const circuitBreakerFault = knownBy(TRAIT.code, (error) => {
  const faultOf = FAULTS.get(readSafely(error, 'code'));
  if (faultOf === undefined) return undefined;
  const isOthers = readSafely(error, 'syscall') !== undefined || readSafely(error, 'status') !== undefined;
  return isOthers ? undefined : faultOf(readText(error, 'message'));
});
