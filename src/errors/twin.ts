import { types } from 'node:util';
import { readSafely } from '../kernel/index.ts';
import { attachJournal, journalOf } from './attempt.ts';

/** An error without a stack of its own. */
const blankError = (): Error => {
  const { stackTraceLimit } = Error;
  // Fails silently where the process made it read-only.
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return new Error();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
};

const copyOf = (error: Error): object => {
  const twin: object = Object.setPrototypeOf(blankError(), Object.getPrototypeOf(error));
  const own = Object.getOwnPropertyDescriptors(error);
  // Where a stack is read by an accessor, as since Node 21, each error would have that of its own.
  const stack = { value: error.stack, writable: true, configurable: true };
  Object.defineProperties(twin, Object.hasOwn(own, 'stack') ? { ...own, stack } : own);
  // What is frozen has its journal beside it.
  const journal = journalOf(error);
  if (journal !== undefined && journalOf(twin) !== journal) attachJournal(twin, journal);
  return twin;
};

/**
 * An error like another one, stack and cause included, for somebody else who is told of the same failure: whoever gets an
 * error may write on it. What is no error, or one of the platform's that cannot be copied, is given back as it is.
 */
export const twinOf = (error: unknown): unknown => {
  if (!types.isNativeError(error)) return error;
  try {
    if (error instanceof DOMException) return error;
    const twin = copyOf(error);
    // One that lost its parts with the copy is worse than a shared one.
    return readSafely(twin, 'message') === error.message ? twin : error;
  } catch {
    // A property that no other error can have, or a prototype that throws.
    return error;
  }
};
